"""Static files under addresses that change with their content: a browser asks for each once.

Each process works the addresses out for itself from the files as they lie in `static/`: there is
no step of building, and nothing to forget before a start.
"""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from posixpath import splitext
from typing import Any, Final

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from whitenoise.middleware import WhiteNoiseMiddleware

STYLES: Final = "css/all.css"
IMPORTED: Final = re.compile(r'^@import "([\w-]+\.css)";$', re.MULTILINE)


@cache
def styles() -> bytes:
    """The style sheets of the app as one, in the order in which `css/all.css` imports them.

    Thirty of them, asked for one by one, cost a slow processor a tenth of a second before the
    first paint (docs/performance.md).
    """
    whole = Path(str(finders.find(STYLES)))
    text = whole.read_text()
    return IMPORTED.sub(lambda it: (whole.parent / it[1]).read_text(), text).encode()


@cache
def hashed(name: str) -> str:
    """`css/base.css` as `css/base.<hash>.css`; as it is, if there is no such file."""
    found = finders.find(name)
    if not found:
        return name
    content = styles() if name == STYLES else Path(str(found)).read_bytes()
    path, ending = splitext(name)
    return f"{path}.{sha256(content).hexdigest()[:12]}{ending}"


class HashedFiles(StaticFilesStorage):
    def url(self, name: str | None) -> str:
        return super().url(hashed(name or ""))


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves each file by its plain address for a minute, and by its hashed one for good."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == static(STYLES):
            kept = f"max-age={self.FOREVER}, public, immutable"
            return HttpResponse(
                styles(), "text/css; charset=utf-8", headers={"Cache-Control": kept}
            )
        response: HttpResponse = super().__call__(request)
        return response

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        super().add_file_to_dictionary(url, path, stat_cache)
        address = self.get_static_url(url.removeprefix(self.static_prefix))
        self.files[address] = self.get_static_file(path, address, stat_cache)

    def candidate_paths_for_url(self, url: str) -> Iterator[str]:
        yield from super().candidate_paths_for_url(url)
        if not url.startswith(self.static_prefix):
            return
        name = self.get_name_without_hash(url.removeprefix(self.static_prefix))
        if self.get_static_url(name) == url:
            yield from super().candidate_paths_for_url(self.static_prefix + name)
