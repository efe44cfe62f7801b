"""The settings, with a channel layer that does what the variable FAULT says."""

import os

from chatapp.settings import *  # noqa: F403

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "tests.faults.layers.FaultyLayer",
        "CONFIG": {"fault": os.environ["FAULT"], "capacity": 10_000},
    }
}
