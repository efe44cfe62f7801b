"""The settings, with room for answers of many megabytes, and a page that counts what is held."""

from chatapp.settings import *  # noqa: F403

ANSWER_MAX_CHARACTERS = 20_000_000
ROOT_URLCONF = "tests.faults.holdings"
