"""The way out: deleting one's account, and staying after all."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from chatapp.accounts.actions import ask_deletion, keep_account
from chatapp.accounts.middleware import signed_in
from chatapp.errors import Unusable


@require_http_methods(["GET", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def delete_account(request: HttpRequest) -> HttpResponse:
    """Asks for the password anew (or another proof), and for the address as a second thought."""
    user = signed_in(request)
    if request.method == "GET":
        return render(request, "account/delete.html")
    if request.POST.get("email", "").strip().lower() != user.email:
        raise Unusable(gettext("That is not the address of this account."))
    ask_deletion(user)
    logout(request)
    day = date_format(localtime(user.deletes_at), "DATE_FORMAT")
    sentence = gettext("Your account will be deleted on %(day)s. Sign in before to keep it.")
    messages.success(request, sentence % {"day": day})
    return redirect("account_login")


@require_http_methods(["GET", "POST"])
def edit_leaving(request: HttpRequest) -> HttpResponse:
    """All that somebody finds whose account is to be deleted: when, and a way to keep it."""
    user = signed_in(request)
    if request.method == "POST":
        keep_account(user)
        messages.success(request, gettext("Your account is kept."))
        return redirect("/")
    if user.deletes_at is None:
        return redirect("/")
    return render(request, "account/leaving.html")
