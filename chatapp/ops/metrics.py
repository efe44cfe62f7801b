"""The figures of this process."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chatapp.accounts.roles import Role, has_role
from chatapp.conversations.access import reader
from chatapp.errors import NotThere
from chatapp.observability.metrics import CONTENT_TYPE, METRICS


@require_safe
@never_cache
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format; administrators only, as it tells how busy people are."""
    if not has_role(reader(request), Role.ADMIN):
        raise NotThere
    return HttpResponse(METRICS.exposition(), content_type=CONTENT_TYPE)
