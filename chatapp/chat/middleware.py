"""What every answer tells the browser beyond Django's own headers."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

FIXED = {
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), "
    "payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class PrivatePages:
    """Pages that only their reader may see are kept by no cache (ASVS 5, 14.3)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response:
            # Not `no-store`: it would shut the page out of the back/forward
            # cache. A page restored from there asks for its socket anew, and
            # without a session that closes with 4401.
            patch_cache_control(response, private=True, no_cache=True)
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if _ends_session(response):
            # What was shown must not come back by the Back button.
            response.headers["Clear-Site-Data"] = '"cache"'
        return response


def _ends_session(response: HttpResponse) -> bool:
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and not cookie.value
