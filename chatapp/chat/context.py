"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest


def simulated(request: HttpRequest) -> dict[str, bool]:
    """Whether answers come from the simulator, which every page has to say."""
    return {"simulated": settings.ENV.simulated}
