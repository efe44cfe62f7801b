"""What every answer tells the browser beyond Django's own headers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
        # Static files say themselves how long they keep. All else is for the reader alone, and
        # `no-store` is what drops a page that the Back button would show after signing out.
        response.headers.setdefault("Cache-Control", "no-store")
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        return response
