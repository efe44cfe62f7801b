"""Which static files a frame without an origin may load."""

from collections.abc import MutableMapping
from typing import Final

# Its scripts come from our address, but to the browser a sandboxed frame is a foreign page.
OF_FRAMES: Final = ("/static/vendor/mermaid/", "/static/frame/")


def let_frames_load(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """For WhiteNoise: the header that lets a page of any origin load this file."""
    if url.startswith(OF_FRAMES):
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
