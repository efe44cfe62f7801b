"""What every answer tells the browser beyond Django's own headers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

FIXED = {
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), "
    "payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
COMPRESSED = {"application/json", "application/manifest+json", "image/svg+xml"}


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


class Compressed(GZipMiddleware):
    """Text goes out compressed, to pages of our own.

    Whoever watches the length of answers could otherwise guess at what stands in them, by having
    the person's browser ask with guesses of theirs (BREACH). What another site has a browser ask
    is told by `Sec-Fetch-Site`, and goes out as it is; so does all over plain http from elsewhere,
    where browsers do not say.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        patch_vary_headers(response, ["Sec-Fetch-Site"])
        is_own = request.headers.get("Sec-Fetch-Site") in ("same-origin", "none")
        # A part of a file has its place by bytes; an attachment may be large, and packed already.
        if not is_own or response.status_code == 206 or "Content-Disposition" in response.headers:
            return response
        if not (kind.startswith("text/") or kind in COMPRESSED):
            return response
        return super().process_response(request, response)
