"""What every page knows."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from chatapp.chat.words import translated


def simulated(request: HttpRequest) -> dict[str, bool]:
    """Whether answers come from the simulator, which every page has to say."""
    return {"simulated": settings.ENV.simulated}


def translations(request: HttpRequest) -> dict[str, Callable[[], dict[str, str]]]:
    """What scripts say, looked up only where a page has scripts."""
    return {"translations": translated}
