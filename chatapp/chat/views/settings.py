"""A person's own settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from chatapp.accounts.forms import SettingsForm
from chatapp.conversations.access import reader


@require_http_methods(["GET", "POST"])
def edit_settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=reader(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, gettext("Saved."))
        return redirect("chat:edit_settings")
    status = 422 if form.errors else 200
    return render(request, "chat/settings.html", {"form": form}, status=status)
