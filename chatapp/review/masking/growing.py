"""Masked text that is shown while it is being written."""

from chatapp.review.masking.mask import Mask


class Growing:
    """Masks a text that comes in pieces, and shows of it only what no later piece can change.

    However a text is cut into pieces, what `feed` gave and what `close` gives are together
    `mask(text)`, and never hold a find of it. Held back are the last word, a number with the
    word before it, and the whole open line if there are patterns; never more than
    `cuts.LIMIT` characters.
    """

    def __init__(self, mask: Mask) -> None:
        self._mask = mask
        self._open = ""

    def feed(self, text: str) -> str:
        """The masked text that may be shown now, after `text` has come."""
        self._open += text
        settled = self._mask.settled(self._open)
        ready, self._open = self._open[:settled], self._open[settled:]
        return self._mask(ready)

    def close(self) -> str:
        """The rest, masked, once nothing more comes."""
        rest, self._open = self._open, ""
        return self._mask(rest)
