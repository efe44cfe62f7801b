"""The composer: keys, drafts, what stands in the way, and one message for one sending."""

from playwright.sync_api import Page, Route, expect

from tests.browser.thread import QUICK, box, send, wait_for


def test_enter_sends_and_the_answer_comes(page: Page) -> None:
    send(page, "[[sim: text Good morning.]]")
    expect(wait_for(page, "done")).to_contain_text("Good morning.")
    expect(box(page)).to_have_value("")


def test_shift_enter_breaks_the_line_and_does_not_send(page: Page) -> None:
    box(page).fill("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    expect(box(page)).to_have_value("one\ntwo")
    assert page.url.endswith("/")


def test_enter_that_ends_a_composition_does_not_send(page: Page) -> None:
    box(page).fill("にほんご")
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "語", "selectionStart": 1, "selectionEnd": 1})
    for composing, code in ((True, 13), (False, 229)):
        box(page).evaluate(
            """(it, [isComposing, keyCode]) => it.dispatchEvent(new KeyboardEvent("keydown",
               {key: "Enter", keyCode, isComposing, bubbles: true, cancelable: true}))""",
            [composing, code],
        )
    expect(box(page)).to_have_value("にほんご語")
    expect(page.get_by_role("button", name="Send")).not_to_have_attribute("title", "Sending…")
    assert page.url.endswith("/")


def test_an_empty_message_cannot_be_sent_and_says_why(page: Page) -> None:
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    box(page).press("Enter")
    expect(page.locator("#composer-hint")).to_have_text("Write a message first.")


def test_a_message_over_the_limit_says_by_how_much(page: Page) -> None:
    box(page).evaluate("it => { it.value = 'x'.repeat(Number(it.dataset.maxLength) + 7) }")
    box(page).press("End")
    page.keyboard.type("x")
    expect(page.locator("#composer-hint")).to_have_text("Too long by 8 characters.")
    expect(page.get_by_role("button", name="Send")).to_be_disabled()


def test_a_draft_outlives_a_reload_and_belongs_to_its_conversation(page: Page) -> None:
    send(page, f"{QUICK} hello")
    wait_for(page, "done")
    box(page).fill("half a thought")
    page.reload()
    expect(box(page)).to_have_value("half a thought")
    page.goto("/")
    expect(box(page)).to_have_value("")


def test_a_draft_is_gone_once_it_was_sent(page: Page) -> None:
    send(page, f"{QUICK} hello")
    wait_for(page, "done")
    page.reload()
    expect(box(page)).to_have_value("")
    page.goto("/")
    expect(box(page)).to_have_value("")


def test_a_long_text_is_pasted_whole(page: Page) -> None:
    text = "\n".join(f"line {number}" for number in range(4000))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", f"[[sim: text Read.]]\n{text}")
    box(page).press("ControlOrMeta+V")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/*/")
    wait_for(page, "done")
    said = page.locator("article.message-user [data-message-body]").inner_text()
    assert said.strip().endswith("line 3999")
    assert said.count("\n") >= 4000


def test_a_send_repeated_after_a_lost_reply_is_one_message(page: Page) -> None:
    send(page, f"{QUICK} first")
    wait_for(page, "done")

    def lose_the_reply(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/messages/", lose_the_reply, times=1)
    send(page, f"{QUICK} second")
    wait_for(page, "done")
    page.reload()
    expect(page.locator("article.message-user")).to_have_count(2)
    expect(box(page)).to_have_value("")


def test_a_new_chat_whose_reply_was_lost_is_not_begun_twice(page: Page) -> None:
    text = f"{QUICK} begin only once"
    page.route("**/c/", lambda route: (route.fetch(), route.abort()), times=1)
    box(page).fill(text)
    page.keyboard.press("Enter")
    expect(page.locator("#composer-error")).to_contain_text("could not be reached")
    expect(box(page)).to_have_value(text)
    page.reload()
    expect(box(page)).to_have_value(text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/*/")
    wait_for(page, "done")
    expect(page.locator("article.message-user")).to_have_count(1)


def test_the_server_s_refusal_is_a_sentence_and_the_text_stays(page: Page) -> None:
    send(page, f"{QUICK} first")
    wait_for(page, "done")
    refusal = '<p class="error" data-error>Too much at once. Wait a little.</p>'
    page.route("**/messages/", lambda route: route.fulfill(status=429, body=refusal), times=1)
    box(page).fill("second")
    page.keyboard.press("Enter")
    expect(page.locator("#composer-error")).to_have_text("Too much at once. Wait a little.")
    expect(box(page)).to_have_value("second")
