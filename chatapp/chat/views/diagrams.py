"""The frame in which a diagram is drawn: a page of its own that may do nothing but draw."""

from csp.constants import NONCE, SELF
from csp.decorators import csp
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

# Mermaid puts a style into each picture; nothing else of a page is allowed. The sandbox
# stands here too, for whoever opens the address outside its frame.
ONLY_DRAW = {
    "default-src": ["'none'"],
    "script-src": [NONCE],
    "style-src": ["'unsafe-inline'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-scripts"],
}


# It holds nothing of anybody's, and pages that are shown to strangers have diagrams too.
@login_not_required
@require_GET
@xframe_options_sameorigin
@csp(ONLY_DRAW)
def show_diagram(request: HttpRequest) -> HttpResponse:
    return render(request, "chat/diagram.html")
