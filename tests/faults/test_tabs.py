"""What people do to a real browser while an answer is written."""

import random

import pytest

from tests.faults.conftest import OpenTab
from tests.faults.person import Asked, Person
from tests.faults.said import a_text
from tests.faults.stack import Served, Stack
from tests.faults.tab import Tab

pytestmark = pytest.mark.timeout(240)
NOTICED = 15.0  # seconds from a death to the button that mends it


@pytest.fixture
def tab(ada: Person, open_tab: OpenTab) -> Tab:
    """An answer that is being written."""
    tab = open_tab(ada, a_text(400))
    tab.ask()
    tab.grow()
    return tab


def is_whole(tab: Tab, runs: int = 1) -> None:
    tab.shows_all()
    Asked(tab.person.stack, tab.conversation, tab.said[-1]).is_whole(runs=runs)


def test_a_page_that_is_reloaded_shows_every_byte(tab: Tab) -> None:
    for _ in range(3):
        tab.grow()
        tab.page.reload()
    is_whole(tab)


def test_a_page_that_was_offline_shows_every_byte(tab: Tab, one_process: Stack) -> None:
    for _ in range(2):
        tab.page.context.set_offline(True)
        one_process.proxy.cut()
        tab.page.wait_for_timeout(random.randint(100, 1500))
        tab.page.context.set_offline(False)
        tab.grow()
    is_whole(tab)


def test_a_page_that_loses_its_line_shows_every_byte(tab: Tab, one_process: Stack) -> None:
    for _ in range(3):
        one_process.proxy.cut()
        tab.grow()
    is_whole(tab)


def test_a_page_that_slept_through_it_shows_every_byte(tab: Tab, one_process: Stack) -> None:
    cdp = tab.page.context.new_cdp_session(tab.page)
    cdp.send("Page.setWebLifecycleState", {"state": "frozen"})
    one_process.proxy.cut()
    Asked(one_process, tab.conversation, tab.said[-1]).until_kept("done")
    cdp.send("Page.setWebLifecycleState", {"state": "active"})
    is_whole(tab)


def test_a_page_left_on_a_silent_line_finds_another(tab: Tab, one_process: Stack) -> None:
    tab.page.clock.install()
    tab.page.reload()
    tab.grow()
    one_process.proxy.stall()
    tab.page.clock.fast_forward(46_000)
    is_whole(tab)


def test_a_page_that_one_goes_back_to_shows_every_byte(tab: Tab) -> None:
    address = tab.page.url
    for _ in range(2):
        tab.grow()
        tab.page.goto(tab.person.address() + "/settings/")
        tab.page.go_back()
        assert tab.page.url == address
    is_whole(tab)


def test_one_tab_sends_and_the_other_follows(ada: Person, open_tab: OpenTab) -> None:
    tab = open_tab(ada, a_text(200))
    tab.ask()
    other = open_tab(ada, tab.said[-1])
    other.page.goto(tab.page.url)
    for one in (tab, other):
        is_whole(one)


def test_a_stop_in_one_tab_is_seen_in_the_other(tab: Tab, open_tab: OpenTab) -> None:
    other = open_tab(tab.person, tab.said[-1])
    other.page.goto(tab.page.url)
    other.grow(1, 100)
    other.press("Stop")
    for one in (other, tab):
        one.until_status("stopped")
    assert tab.shown == other.shown != ""
    assert tab.wrong == other.wrong == []
    kept = tab.person.stack.kept(tab.conversation)
    assert (kept.status, kept.runs) == ("stopped", ["stopped"])


def test_a_page_outlives_its_server_and_goes_on(served: Served, open_tab: OpenTab) -> None:
    tab = open_tab(Person(served), a_text(300, code=False))
    tab.ask()
    tab.grow()
    served.strike("web")
    tab.until_status("interrupted", seconds=NOTICED)
    tab.press("Continue")
    tab.page.get_by_text("Continued after an interruption").wait_for()
    is_whole(tab, runs=2)
