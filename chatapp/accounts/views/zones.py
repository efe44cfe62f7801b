"""The time zone, as a browser knows it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from chatapp.accounts.manners import ZONES
from chatapp.accounts.middleware import signed_in
from chatapp.accounts.models import User


@require_POST
def create_zone(request: HttpRequest) -> HttpResponse:
    """Kept only where the person has none: whoever chose one keeps it on journeys."""
    zone = request.POST.get("zone", "")
    if zone in ZONES:
        rows = User.objects.filter(pk=signed_in(request).pk, time_zone="")
        rows.update(time_zone=zone)
    return HttpResponse(status=204)
