"""Every end of an answer is a sentence with something that one can do."""

from playwright.sync_api import Page, expect

from tests.browser.thread import body, newest, send, wait_for


def test_a_failed_answer_says_so_and_can_be_tried_again(page: Page) -> None:
    send(page, "[[sim: error 400]] [[sim: text Now it works.]]")
    failed = wait_for(page, "failed")
    expect(failed.locator("[data-state-label]")).not_to_be_empty()
    old = failed.get_attribute("id")
    failed.get_by_role("button", name="Retry").click()
    expect(page.locator(f"#{old}")).to_have_count(0)
    wait_for(page, "failed")
    expect(page.locator("article.message-assistant")).to_have_count(1)


def test_a_cut_answer_goes_on_in_the_same_message_behind_a_seam(page: Page) -> None:
    send(page, "[[sim: speed 100]] [[sim: cut after 30]] Tell me about rivers")
    broken = wait_for(page, "failed")
    kept = body(page).inner_text().strip()
    assert kept
    old = broken.get_attribute("id")
    broken.get_by_role("button", name="Continue").click()
    expect(newest(page).get_by_text("Continued after an interruption")).to_be_visible()
    assert newest(page).get_attribute("id") == old
    expect(page.locator("article")).to_have_count(2)


def test_a_stopped_answer_can_be_continued_or_tried_again(page: Page) -> None:
    send(page, "[[sim: speed 25]] Tell me about mountains")
    wait_for(page, "writing")
    page.get_by_role("button", name="Stop", exact=True).click()
    stopped = wait_for(page, "stopped")
    expect(stopped.get_by_role("button", name="Retry")).to_be_visible()


def test_an_answer_at_its_length_limit_says_so(page: Page) -> None:
    send(page, "[[sim: speed 0]] [[sim: stop max_tokens]]")
    done = wait_for(page, "done")
    expect(done.locator("[data-state-label]")).to_have_text("The answer reached its length limit.")
    expect(done.get_by_role("button", name="Continue")).to_be_visible()


def test_what_can_be_done_stands_with_the_newest_answer_only(page: Page) -> None:
    send(page, "[[sim: error 400]]")
    wait_for(page, "failed")
    send(page, "[[sim: speed 0]] And now?")
    wait_for(page, "done")
    expect(page.get_by_role("button", name="Retry")).to_be_hidden()


def test_a_complaint_about_a_command_can_be_put_away(page: Page) -> None:
    send(page, "[[sim: error 400]]")
    failed = wait_for(page, "failed")
    page.route("**/retry/", lambda route: route.abort(), times=1)
    failed.get_by_role("button", name="Retry").click()
    notice = page.get_by_role("alert").filter(has_text="could not be reached")
    expect(notice).to_be_visible()
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_have_count(0)
