"""The app as browsers install it: its manifest, its worker, and the page for no network."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from chatapp.chat.assets import STYLES

# All that the page for no network needs. Nothing else is ever kept by the worker.
SHELL = (STYLES,)
SOURCES = ("chat/offline.html", "chat/service-worker.js")
SIZES = (192, 512)


@login_not_required
@require_safe
def show_manifest(request: HttpRequest) -> HttpResponse:
    icons = [
        {"src": static(f"icons/{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in SIZES
    ]
    whole = {**icons[-1], "src": static("icons/maskable.png"), "purpose": "maskable"}
    about = {
        "name": "Chat",
        "short_name": "Chat",
        "description": gettext("Every answer is kept."),
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fdfdfb",
        "theme_color": "#1f6b75",
        "icons": [*icons, whole],
        "shortcuts": [{"name": gettext("New chat"), "url": "/"}],
    }
    return JsonResponse(about, content_type="application/manifest+json")


@login_not_required
@require_safe
def show_worker(request: HttpRequest) -> HttpResponse:
    """From the root, because a worker serves what lies below its own address."""
    context = {"version": shell_version(), "shell": [static(name) for name in SHELL]}
    return render(request, "chat/service-worker.js", context, content_type="text/javascript")


@login_not_required
@require_safe
def show_offline(request: HttpRequest) -> HttpResponse:
    """Kept by the worker, so it says nothing of whoever is signed in."""
    return render(request, "chat/offline.html")


@lru_cache(maxsize=1)
def shell_version() -> str:
    """Changes with whatever the worker keeps, which makes browsers fetch it anew."""
    digest = hashlib.sha256("".join(map(static, SHELL)).encode())
    for name in SOURCES:
        digest.update((Path(settings.BASE_DIR) / "templates" / name).read_bytes())
    return digest.hexdigest()[:12]
