"""Sign-in by a provider of OpenID Connect: whom it may bring, and to which account."""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext

from chatapp.accounts.actions import welcome
from chatapp.accounts.models import User


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Join the account of the same address, where the provider has verified that address.

        Addresses here are what administrators wrote, so none can have been claimed by
        somebody else before; allauth's own joining would take the password away.
        """
        if sociallogin.state.get("process") != "login":
            _refuse(request, gettext("Sign out first to sign in as somebody else."))
        if sociallogin.is_existing:
            return
        address = _verified_address(sociallogin)
        if not address:
            _refuse(request, gettext("The provider does not vouch for your e-mail address."))
        person = User.objects.filter(email__iexact=address).first()
        if person:
            sociallogin.connect(request, person)
        elif address.rpartition("@")[2] not in settings.OIDC_DOMAINS:
            _refuse(request, gettext("Nobody with your address has an account here."))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """For all whom `pre_social_login` let pass."""
        return True

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.email = user.email.lower()
        user.name = str(data.get("name") or "")[:150]
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user: User = super().save_user(request, sociallogin, form)
        welcome(user)
        return user

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        _refuse(request, gettext("Signing in there did not work. Try again."))


def _verified_address(sociallogin: SocialLogin) -> str:
    """In lower case; empty where the provider says less than `"email_verified": true`."""
    # The word "false" would be true as well.
    verified = [it.email for it in sociallogin.email_addresses if it.verified is True]
    return verified[0].lower() if verified else ""


def _refuse(request: HttpRequest, sentence: str) -> NoReturn:
    messages.error(request, sentence)
    raise ImmediateHttpResponse(redirect("account_login"))
