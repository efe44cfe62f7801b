"""Settings with a layer whose fault is to double."""

from chatapp.settings import *  # noqa: F403

CHANNEL_LAYERS = {
    "default": {"BACKEND": "tests.faults.layers.FaultyLayer", "CONFIG": {"fault": "double"}}
}
