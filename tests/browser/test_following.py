"""The view stays at the end, unless the reader went elsewhere."""

from playwright.sync_api import Page, expect

from tests.browser.thread import asked, is_being_written, send, wait_for

LONG = "[[sim: speed 0]] [[sim: giant 6000]]"
GROWING = "[[sim: speed 100]] [[sim: giant 6000]]"
GAP = "it => it.scrollHeight - it.clientHeight - it.scrollTop"


def is_at_the_end(page: Page) -> bool:
    """Whether the view comes to the end; between a frame and its drawing it may lag."""
    return any(
        page.locator("#thread").evaluate(GAP) < 2 or page.wait_for_timeout(20) for _ in range(25)
    )


def test_the_view_follows_a_growing_answer(page: Page) -> None:
    asked(page, LONG)
    send(page, GROWING)
    is_being_written(page, 1500)
    assert is_at_the_end(page)
    expect(page.get_by_role("button", name="Jump to newest")).to_be_hidden()


def test_a_reader_who_scrolled_up_is_left_in_peace(page: Page) -> None:
    asked(page, LONG)
    send(page, GROWING)
    is_being_written(page, 200)
    page.locator("#thread").hover()
    page.mouse.wheel(0, -600)
    expect(page.get_by_role("button", name="Jump to newest")).to_be_visible()
    place = page.locator("#thread").evaluate("it => it.scrollTop")
    is_being_written(page, 1200)
    assert page.locator("#thread").evaluate("it => it.scrollTop") == place
    page.get_by_role("button", name="Jump to newest").click()
    assert is_at_the_end(page)
    is_being_written(page, 1800)
    assert is_at_the_end(page)


def test_a_thread_opens_at_its_newest_message(page: Page) -> None:
    asked(page, LONG)
    page.reload()
    wait_for(page, "done")
    assert is_at_the_end(page)


def test_sending_goes_to_the_end_from_anywhere(page: Page) -> None:
    asked(page, LONG)
    page.locator("#thread").evaluate("it => { it.scrollTop = 0 }")
    expect(page.get_by_role("button", name="Jump to newest")).to_be_visible()
    send(page, "[[sim: speed 0]] [[sim: text Here.]]")
    wait_for(page, "done")
    assert is_at_the_end(page)
