"""Pictures of people: whatever comes in, a small WebP without metadata is kept."""

import hashlib
import warnings
from io import BytesIO
from typing import IO

from django.db import transaction
from django.utils.translation import gettext
from PIL import Image, ImageOps

from chatapp.accounts.models import Picture, User
from chatapp.errors import TooLarge, Unusable

SIDE = 128  # pixels
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
FORMATS = ("PNG", "JPEG", "WEBP")


def small_webp(file: IO[bytes]) -> bytes:
    """The picture, upright, cut to a square. Raises Unusable for what is none of those formats."""
    try:
        with warnings.catch_warnings(), Image.open(file, formats=FORMATS) as image:
            # Before a pixel is read: a small file may unfold to gigabytes.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if image.width * image.height > MOST_PIXELS:
                raise TooLarge(gettext("This picture has too many pixels."))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
            square = ImageOps.fit(upright, (SIDE, SIDE))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        raise Unusable(gettext("This is no picture in PNG, JPEG or WebP.")) from None
    # A fresh image: what the file said beside its pixels stays behind.
    clean = Image.new("RGBA", square.size)
    clean.paste(square)
    out = BytesIO()
    clean.save(out, "WEBP", quality=85)
    return out.getvalue()


@transaction.atomic
def keep_picture(user: User, file: IO[bytes], size: int) -> None:
    """Raises Unusable and TooLarge. `size` in bytes."""
    if size > MOST_BYTES:
        raise TooLarge(gettext("A picture may have 10 MB at most."))
    webp = small_webp(file)
    Picture.objects.update_or_create(user=user, defaults={"webp": webp})
    user.picture = hashlib.sha256(webp).hexdigest()[:16]
    user.save(update_fields=["picture"])


@transaction.atomic
def remove_picture(user: User) -> None:
    Picture.objects.filter(user=user).delete()
    user.picture = ""
    user.save(update_fields=["picture"])
