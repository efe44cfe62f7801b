"""How an answer grows on the page, whatever happens on the way."""

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from tests.browser.thread import LIVE, SLOW, asked, body, is_being_written, newest, send, wait_for

RICH = "[[sim: speed 150]] Tell me about tables, lists and code in many words"

SHIFTS = """() => {
  window.moved = []
  const log = document.querySelector("#log")
  const place = () => {
    const thread = document.querySelector("#thread")
    const last = log.lastElementChild
    return [last.dataset.status, log.scrollHeight, thread.scrollTop,
            last.querySelector("[data-message-body]").getBoundingClientRect().height]
  }
  let before = place()
  const look = () => {
    const now = place()
    if (String(now) !== String(before)) window.moved.push(now)
    before = now
    requestAnimationFrame(look)
  }
  look()
}"""


def same_after_reload(page: Page) -> None:
    streamed = body(page).inner_html()
    page.reload()
    assert body(page).inner_html() == streamed


def test_an_answer_grows_and_equals_the_page_after_a_reload(page: Page) -> None:
    send(page, RICH)
    is_being_written(page)
    wait_for(page, "done")
    same_after_reload(page)


def test_the_text_moves_nowhere_when_the_stream_ends(page: Page) -> None:
    send(page, "[[sim: speed 60]] Some words")
    is_being_written(page)
    page.evaluate(SHIFTS)
    wait_for(page, "done")
    page.wait_for_timeout(300)
    moved = page.evaluate("window.moved")
    last_live = [it for it in moved if it[0] in LIVE][-1]
    assert [it[1:] for it in moved if it[0] == "done"] == [last_live[1:]]


def test_stop_keeps_what_was_written_over_a_reload(page: Page) -> None:
    send(page, SLOW)
    is_being_written(page, 80)
    page.get_by_role("button", name="Stop", exact=True).click()
    wait_for(page, "stopped")
    expect(newest(page).locator("[data-state-label]")).to_have_text("You stopped this answer.")
    assert len(body(page).inner_text()) >= 80
    same_after_reload(page)


def test_a_reload_in_the_middle_goes_on_where_it_was(page: Page) -> None:
    send(page, RICH)
    is_being_written(page, 60)
    page.reload()
    is_being_written(page, 60)
    wait_for(page, "done")
    same_after_reload(page)


def test_two_tabs_show_the_same_messages_once(context: BrowserContext, page: Page) -> None:
    asked(page, "[[sim: speed 0]] hello")
    other = context.new_page()
    other.goto(page.url)
    send(page, RICH)
    wait_for(other, "done")
    wait_for(page, "done")
    ids = "all => all.map(it => it.id)"
    mine = page.locator("article").evaluate_all(ids)
    assert len(set(mine)) == 4
    assert other.locator("article").evaluate_all(ids) == mine
    assert body(other).inner_html() == body(page).inner_html()


def test_the_back_button_finds_the_answer_whole(page: Page) -> None:
    send(page, RICH)
    is_being_written(page)
    page.goto("/settings/")
    page.go_back()
    wait_for(page, "done")
    same_after_reload(page)


def test_offline_is_said_and_the_answer_is_whole_afterwards(page: Page) -> None:
    send(page, RICH)
    is_being_written(page)
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_contain_text("You are offline")
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_have_text("Connected again")
    expect(page.locator("#connection")).to_be_hidden()
    wait_for(page, "done")
    same_after_reload(page)


@pytest.mark.parametrize("code", [1001, 1011, 1012, 3000])
def test_a_cut_socket_is_opened_again_and_nothing_is_lost(page: Page, code: int) -> None:
    cut: list[WebSocketRoute] = []

    def through(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        cut.append(socket)

    page.route_web_socket("**/live/**", through)
    send(page, RICH)
    for _ in range(3):
        is_being_written(page)
        known = len(cut)
        cut[-1].close(code=code)
        while len(cut) == known:
            page.wait_for_timeout(20)
    wait_for(page, "done")
    same_after_reload(page)


@pytest.mark.parametrize(
    ("code", "sentence"), [(4401, "You have been signed out."), (4403, "no longer read")]
)
def test_a_refused_socket_is_said_and_not_tried_again(page: Page, code: int, sentence: str) -> None:
    opened: list[WebSocketRoute] = []

    def refuse(socket: WebSocketRoute) -> None:
        opened.append(socket)
        socket.close(code=code)

    page.route_web_socket("**/live/**", refuse)
    page.reload()
    expect(page.locator("#connection")).to_contain_text(sentence)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1500)
    assert len(opened) == 1


def test_thinking_stays_unfolded_when_the_answer_ends(page: Page) -> None:
    send(page, "[[sim: speed 40]] [[sim: thinking I look at it from several sides.]] Well?")
    # While it streams it is open by itself; what counts is what the reader does after.
    page.locator("summary", has_text="Thought for").click()
    wait_for(page, "done")
    expect(newest(page).get_by_text("I look at it from several sides.")).to_be_visible()
