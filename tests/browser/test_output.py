"""What the page puts beside rendered text: formulas, diagrams, tools, outline, notes."""

import base64
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.thread import body, newest, send, wait_for

CODE = "```python\nprint('a < b')  # " + "a long line " * 30 + "\n```\n"
TABLE = '| name | sum |\n|---|---|\n| "Al", b | -5 |\n| =HYPERLINK(1) | **7** |\n'
DIAGRAM = "Look:\n\n```mermaid\ngraph TD\n  Question --> Answer\n```\n\nThat was it.\n"
LONG = "".join(f"## Part {number}\n\n{'Some words here. ' * 90}\n\n" for number in range(1, 6))


def answer(page: Page, text: str, *directives: str) -> Locator:
    coded = base64.b64encode(text.encode()).decode()
    said = " ".join(directives or ("[[sim: speed 0]]",))
    send(page, f"{said} [[sim: thinking off]] [[sim: text64 {coded}]]")
    return wait_for(page, "done")


def in_menu(page: Page, name: str) -> Locator:
    newest(page).get_by_role("button", name="More").click()
    return newest(page).get_by_role("button", name=name)


def clipboard(page: Page, kind: str) -> str:
    read = "async (kind) => (await (await navigator.clipboard.read())[0].getType(kind)).text()"
    return str(page.evaluate(read, kind))


@pytest.fixture
def options() -> dict[str, Any]:
    return {"permissions": ["clipboard-read", "clipboard-write"]}


def test_a_formula_is_drawn_for_the_eye_and_for_the_ear(page: Page) -> None:
    answer(page, "So $x^2$ and\n\n$$\\frac{a}{b}$$\n")
    expect(body(page).locator(".katex-html")).to_have_count(2)
    expect(body(page).locator(".katex-display")).to_be_visible()
    assert body(page).locator("mfrac").count() == 1


def test_a_formula_that_cannot_be_read_stands_as_it_was_written(page: Page) -> None:
    answer(page, r"Wrong: $\nothing{$ and $\href{javascript:alert(1)}{x}$ end.")
    expect(body(page).locator(".math-failed").first).to_have_text(r"\nothing{")
    assert body(page).locator("a").count() == 0


def test_formulas_are_drawn_while_the_answer_is_written(page: Page) -> None:
    tail = "And so on, and so on. " * 40
    coded = base64.b64encode(f"First $x^2$.\n\nSecond $y^2$ stands.\n\n{tail}".encode()).decode()
    send(page, f"[[sim: speed 40]] [[sim: thinking off]] [[sim: text64 {coded}]]")
    expect(body(page).locator(".katex-html")).to_have_count(2)
    assert newest(page).get_attribute("data-status") != "done"
    newest(page).page.get_by_role("button", name="Stop", exact=True).click()


def test_a_page_without_formulas_and_diagrams_loads_nothing_for_them(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    answer(page, CODE + TABLE)
    page.reload()
    expect(body(page).locator(".table-tools")).to_be_visible()
    assert [url for url in asked if "katex" in url or "mermaid" in url or "diagram" in url] == []


def drawn(page: Page) -> FrameLocator:
    return page.frame_locator(".diagram-frame")


def test_a_diagram_is_drawn_in_a_frame_without_rights(page: Page) -> None:
    answer(page, DIAGRAM)
    expect(drawn(page).locator("svg")).to_contain_text("Question", timeout=30_000)
    assert page.locator(".diagram-frame").get_attribute("sandbox") == "allow-scripts"
    assert page.frames[-1].evaluate("origin") == "null"
    assert page.evaluate("document.querySelector('.diagram-frame').contentDocument") is None
    policy = page.request.get("/diagram/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-scripts;" in f"{policy};"


def test_a_diagram_shows_its_source_on_request(page: Page) -> None:
    answer(page, DIAGRAM)
    expect(drawn(page).locator("svg")).to_be_visible(timeout=30_000)
    code = body(page).locator(".code-block > pre")
    expect(code).to_be_hidden()
    body(page).get_by_role("button", name="Source").click()
    expect(code).to_contain_text("Question --> Answer")


def test_a_diagram_follows_the_colours_of_the_page(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    answer(page, DIAGRAM)
    expect(drawn(page).locator("svg")).to_be_visible(timeout=30_000)
    scheme = "getComputedStyle(document.documentElement).colorScheme"
    assert page.frames[-1].evaluate(scheme) == "dark"


def test_a_diagram_that_cannot_be_drawn_is_its_source_and_a_sentence(page: Page) -> None:
    answer(page, "```mermaid\nthis is --> [no diagram\n```\n")
    expect(body(page).locator(".diagram-failed")).to_have_text(
        "This diagram cannot be drawn; here is its source."
    )
    expect(body(page).locator(".code-block > pre")).to_contain_text("this is")


def test_a_diagram_far_below_waits_until_it_comes_near(page: Page) -> None:
    answer(page, DIAGRAM + LONG)
    page.reload()
    expect(body(page).locator(".diagram-frame")).to_have_count(1)
    assert page.locator(".diagram-frame").get_attribute("src") is None
    body(page).locator(".code-block").scroll_into_view_if_needed()
    expect(drawn(page).locator("svg")).to_be_visible(timeout=30_000)


def test_wrapped_code_stays_wrapped_for_who_wants_it(page: Page) -> None:
    answer(page, CODE)
    wrap = body(page).get_by_role("button", name="Wrap")
    wrap.click()
    pre = "(it) => it.scrollWidth <= it.clientWidth"
    assert body(page).locator("pre").evaluate(pre)
    page.reload()
    expect(wrap).to_have_attribute("aria-pressed", "true")
    wrap.press("Enter")
    assert not body(page).locator("pre").evaluate(pre)


@pytest.mark.parametrize(
    ("language", "name"), [("python", "code.py"), ("Dockerfile", "Dockerfile"), ("", "code.txt")]
)
def test_code_is_downloaded_under_a_fitting_name(
    page: Page, language: str, name: str, tmp_path: Path
) -> None:
    answer(page, f"```{language}\none < two\n```\n")
    with page.expect_download() as waiting:
        body(page).get_by_role("button", name="Download").click()
    assert waiting.value.suggested_filename == name
    waiting.value.save_as(tmp_path / "it")
    assert (tmp_path / "it").read_text() == "one < two\n"


def test_a_table_is_copied_so_that_no_spreadsheet_runs_it(page: Page) -> None:
    answer(page, TABLE)
    body(page).get_by_role("button", name="Copy as CSV").click()
    expect(body(page).get_by_role("button", name="Copied")).to_be_visible()
    copied = clipboard(page, "text/plain").replace("\r\n", "\n")
    assert copied == 'name,sum\n"""Al"", b",-5\n\'=HYPERLINK(1),7\n'


def test_a_wide_table_scrolls_in_itself_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    heads = "| " + " | ".join(f"a long head {number}" for number in range(12)) + " |\n"
    answer(page, heads + "|---" * 12 + "|\n" + heads)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert body(page).locator(".table-scroll").evaluate("(it) => it.scrollWidth > it.clientWidth")


def test_a_footnote_is_reached_and_left_by_keyboard(page: Page) -> None:
    answer(page, "A claim[^1].\n\n" + "Words.\n\n" * 30 + "[^1]: Its reason.\n")
    body(page).get_by_role("button", name="Note 1", exact=True).press("Enter")
    back = body(page).get_by_role("button", name="Back from note 1")
    expect(back).to_be_focused()
    expect(back).to_be_in_viewport()
    back.press("Enter")
    expect(body(page).get_by_role("button", name="Note 1", exact=True)).to_be_focused()


def test_a_long_answer_begins_with_its_outline(page: Page) -> None:
    answer(page, LONG)
    outline = body(page).locator(".outline")
    outline.locator("summary").click()
    expect(outline.get_by_role("button")).to_have_text([f"Part {n}" for n in range(1, 6)])
    outline.get_by_role("button", name="Part 5").click()
    expect(body(page).get_by_role("heading", name="Part 5")).to_be_in_viewport()
    expect(body(page).get_by_role("heading", name="Part 5")).to_be_focused()


def test_a_short_answer_has_no_outline(page: Page) -> None:
    answer(page, "".join(f"## Part {number}\n\nWords.\n\n" for number in range(5)))
    expect(body(page).get_by_role("heading")).to_have_count(5)
    assert body(page).locator(".outline").count() == 0


def test_a_message_is_copied_as_rich_text_without_the_page_s_own(page: Page) -> None:
    answer(page, f"Some **bold** words.\n\n{CODE}\n{TABLE}\n$x^2$\n")
    expect(body(page).locator(".katex-html")).to_be_visible()
    in_menu(page, "Copy as rich text").click()
    expect(newest(page).get_by_role("button", name="Copied")).to_be_visible()
    html = clipboard(page, "text/html")
    assert "<strong>bold</strong>" in html
    assert "<td" in html
    assert "$x^2$" in html
    for ours in ("class=", "<button", "Download", "katex"):
        assert ours not in html
    assert clipboard(page, "text/plain").startswith("Some **bold** words.")


# Chromium has no voice on a machine without one; this hears what it would have been told to say.
VOICE = """
  window.said = [];
  speechSynthesis.speak = (it) => { said.push(it.text); };
  speechSynthesis.cancel = () => { said.push(null); };
"""


def test_an_answer_is_read_aloud_sentence_by_sentence_without_its_code(page: Page) -> None:
    answer(page, f"One thing. Another **thing**.\n\n{CODE}\n- a point\n")
    page.evaluate(VOICE)
    in_menu(page, "Read aloud").click()
    expect(page.locator("#reading")).to_be_visible()
    said = [it for it in page.evaluate("said") if it]
    assert said == ["One thing.", "Another thing.", "a point"]
    page.get_by_role("button", name="Stop reading").click()
    expect(page.locator("#reading")).to_be_hidden()
    assert page.evaluate("said.at(-1)") is None


def test_on_paper_there_is_the_thread_alone(page: Page) -> None:
    answer(page, f"Words and [a link](https://example.org/x).\n\n{CODE}")
    page.emulate_media(media="print")
    for gone in ("#sidebar", "#composer", ".message-footer", ".block-tools"):
        expect(page.locator(gone).last).to_be_hidden()
    expect(body(page)).to_be_visible()
    shown = "getComputedStyle(document.querySelector('.prose a'), '::after').content"
    assert "https://example.org/x" in page.evaluate(shown)
    assert body(page).locator("pre").evaluate("(it) => it.scrollWidth <= it.clientWidth")
    assert page.pdf().startswith(b"%PDF")


def test_print_asks_the_browser_for_it(page: Page) -> None:
    answer(page, "Words.")
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    in_menu(page, "Print").click()
    expect(page).to_have_title("printed")
