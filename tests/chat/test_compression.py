"""What goes out compressed, and what does not so that its length tells nothing."""

import gzip

import pytest

from chatapp.accounts.models import User
from tests.conftest import a_thread, browser_of
from tests.environment import PROJECT

OWN = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_of_our_own_goes_out_compressed(ada: User, site: str) -> None:
    a_thread(ada, "About oaks")
    answer = browser_of(ada).get("/", headers={**OWN, "Sec-Fetch-Site": site})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"About oaks" in gzip.decompress(answer.content)
    assert "Sec-Fetch-Site" in answer.headers["Vary"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
def test_what_others_have_a_browser_ask_is_not_compressed(ada: User, site: str) -> None:
    answer = browser_of(ada).get("/search/?words=guess", headers={**OWN, "Sec-Fetch-Site": site})
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["vendor/htmx/htmx.min.js", "css/message.css", "icon.svg"])
def test_scripts_and_styles_are_compressed_as_well(ada: User, path: str) -> None:
    answer = browser_of(ada).get(f"/static/{path}", headers=OWN)
    packed = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == (PROJECT / "static" / path).read_bytes()


def test_a_part_of_a_file_is_handed_out_as_it_is(ada: User) -> None:
    headers = {**OWN, "Range": "bytes=0-9"}
    answer = browser_of(ada).get("/static/css/message.css", headers=headers)
    assert answer.status_code == 206
    assert "Content-Encoding" not in answer.headers
