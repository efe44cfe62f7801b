"""Whether this process lives, and whether the installation can do its work."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chatapp.generation.models import Runner
from chatapp.ops.preparation import has_pending_migrations

# Several signs of life of a runner; one that is late by this is as good as none.
RUNNER_SECONDS = 15


@login_not_required
@require_safe
@never_cache
def show_live(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nobody else: a restart would not mend the database."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def show_ready(request: HttpRequest) -> JsonResponse:
    """200 when messages would be answered, else 503; the body says what is missing."""
    state = {"database": False, "migrations": False, "runner": False}
    try:
        state["migrations"] = not has_pending_migrations()
        state["database"] = True
        since = timezone.now() - timedelta(seconds=RUNNER_SECONDS)
        state["runner"] = Runner.objects.filter(retired_at=None, seen_at__gt=since).exists()
    except DatabaseError:
        pass
    return JsonResponse(state, status=200 if all(state.values()) else 503)
