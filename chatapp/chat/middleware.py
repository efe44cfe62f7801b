"""Pages that only their reader may see are kept by no cache (ASVS 5, 14.3)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control


class PrivatePages:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response:
            # Not `no-store`: it would shut the page out of the back/forward
            # cache. A page restored from there asks for its socket anew, and
            # without a session that closes with 4401.
            patch_cache_control(response, private=True, no_cache=True)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response
