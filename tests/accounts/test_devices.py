"""Browsers and devices in words."""

import pytest

from chatapp.accounts.devices import device

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = {
    f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/130.0.0.0 Safari/537.36": ("Chrome", "Linux"),
    f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/130 Safari/537 Edg/130": ("Edge", "Windows"),
    f"Mozilla/5.0 (Linux; Android 14) {WEBKIT} Chrome/130 Mobile Safari/537": ("Chrome", "Android"),
    f"Mozilla/5.0 (X11; CrOS x86_64 1) {WEBKIT} Chrome/130 Safari/537": ("Chrome", "ChromeOS"),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko Firefox/132.0": (
        *("Firefox", "Mac"),
    ),
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {WEBKIT} Version/18 Safari/604": (
        *("Safari", "iPhone"),
    ),
    f"Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) {WEBKIT} CriOS/130 Safari/604": (
        *("Chrome", "iPad"),
    ),
    "curl/8.0": ("", ""),
    "": ("", ""),
}


@pytest.mark.parametrize("agent", AGENTS)
def test_a_browser_is_named_as_people_call_it(agent: str) -> None:
    assert device(agent) == AGENTS[agent]
