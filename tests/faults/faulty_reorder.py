"""Settings with a layer whose fault is to reorder."""

from chatapp.settings import *  # noqa: F403

CHANNEL_LAYERS = {
    "default": {"BACKEND": "tests.faults.layers.FaultyLayer", "CONFIG": {"fault": "reorder"}}
}
