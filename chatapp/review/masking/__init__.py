"""Texts without what identifies people: e-mail, phone, card and IBAN, and patterns of an admin.

Pure: no rows, no requests. `finds.py` knows what is personal, `cuts.py` where a line may be
taken apart, `mask.py` puts markers in place of finds, `growing.py` does so while a text is
still being written. Mask first, render after: a marker is plain text.
"""

from chatapp.review.masking.growing import Growing
from chatapp.review.masking.mask import Mask, Pattern

__all__ = ["Growing", "Mask", "Pattern"]
