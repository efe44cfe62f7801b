"""How this installation bends django-allauth."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed: an organisation's administrators make the accounts."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises ValidationError after too many attempts on one account, whoever makes them."""
        super().pre_authenticate(request, **credentials)
        account = _account(credentials)
        if not ratelimit.consume(request, action="login_to_account", key=account):
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """An account as attacked from one address.

        Without the address, whoever fails five times would lock its owner out;
        allauth's own key holds the Host header, whose port anybody can vary.
        """
        return f"{self.get_client_ip(request)} {_account(credentials)}"


def _account(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email", "")).lower()
