"""Images: made anew from their pixels alone, upright and no larger than Claude reads them.

What was beside the pixels (position, camera, comments, a script behind the end) is gone.
"""

from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from chatapp.conversations.files.kinds import CannotUse
from chatapp.conversations.files.limits import (
    IMAGE_BYTES_SENT,
    IMAGE_SIDE,
    IMAGE_SIDE_SENT,
    THUMBNAIL_SIDE,
)
from chatapp.conversations.files.read import Read

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
QUALITY = 88


def read_image(path: Path, format: str, into: Path) -> Read:
    """Raises CannotUse. Writes `sent` and `thumb` into that folder."""
    # The side is looked at before any pixel is unpacked.
    Image.MAX_IMAGE_PIXELS = IMAGE_SIDE**2
    try:
        with Image.open(path, formats=FORMATS) as opened:
            if max(opened.size) > IMAGE_SIDE:
                raise CannotUse("too many pixels")
            # Not their number: to count them is to read them all.
            has_more = bool(getattr(opened, "is_animated", False))
            size, clean = opened.size, _clean(opened)
    except Image.DecompressionBombError:
        raise CannotUse("too many pixels") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise CannotUse("broken") from None
    media_type = _save(clean, into / "sent", is_photo=format == "jpeg")
    thumb = clean.copy()
    thumb.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    thumb.save(into / "thumb", "WEBP", quality=80)
    notes = ["scaled"] if max(size) > IMAGE_SIDE_SENT else []
    notes += ["first frame"] if has_more else []
    width, height = clean.size
    return Read("image", format, media_type, width=width, height=height, notes=notes)


def _clean(opened: Image.Image) -> Image.Image:
    """The pixels of the first frame on a new canvas, which knows nothing of the file."""
    opened.draft("RGB", (IMAGE_SIDE_SENT, IMAGE_SIDE_SENT))
    upright = ImageOps.exif_transpose(opened)
    has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    plain = upright.convert("RGBA" if has_alpha else "RGB")
    plain.thumbnail((IMAGE_SIDE_SENT, IMAGE_SIDE_SENT))
    canvas = Image.new(plain.mode, plain.size)
    canvas.paste(plain)
    return canvas


def _save(clean: Image.Image, path: Path, *, is_photo: bool) -> str:
    if not is_photo:
        clean.save(path, "PNG")
        if path.stat().st_size <= IMAGE_BYTES_SENT:
            return "image/png"
    if clean.mode == "RGBA":
        clean.save(path, "WEBP", quality=QUALITY)
        return "image/webp"
    clean.save(path, "JPEG", quality=QUALITY)
    return "image/jpeg"
