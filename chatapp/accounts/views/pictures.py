"""Pictures of people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from chatapp.accounts.middleware import signed_in
from chatapp.accounts.models import Picture
from chatapp.accounts.pictures import keep_picture, remove_picture
from chatapp.errors import NotThere, Unusable

SETTINGS = "chat:edit_settings"


@require_GET
def show_picture(request: HttpRequest, person_id: int, digest: str) -> HttpResponse:
    """For whoever is signed in. The address changes with the picture, so browsers may keep it."""
    rows = Picture.objects.filter(user=person_id, user__picture=digest)
    found = rows.values_list("webp", flat=True).first()
    if found is None:
        raise NotThere
    response = HttpResponse(bytes(found), content_type="image/webp")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@require_POST
def edit_picture(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("picture")
    if file is None or file.size is None:
        raise Unusable(gettext("Choose a picture first."))
    keep_picture(signed_in(request), file, file.size)
    messages.success(request, gettext("Your picture is changed."))
    return redirect(SETTINGS)


@require_POST
def delete_picture(request: HttpRequest) -> HttpResponse:
    remove_picture(signed_in(request))
    messages.success(request, gettext("Your picture is removed."))
    return redirect(SETTINGS)
