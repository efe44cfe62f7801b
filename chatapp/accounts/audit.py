"""The record of changes: written in the transaction of the change, and never again."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest, HttpResponseBase

from chatapp.accounts.models import AuditLine, User

REQUEST: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


class FromWhere:
    """Middleware: lets the record know from which address a change came."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = REQUEST.set(request)
        try:
            return self.get_response(request)
        finally:
            REQUEST.reset(token)


def record(
    by: User | None,
    action: str,
    target: object,
    *,
    target_id: str = "",
    why: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditLine:
    """Write down a change, inside its transaction. Without a person the app did it.

    `target` is named by its text and found by its key, or by `target_id` where it has
    none. `detail` is JSON and holds no secrets.
    """
    request = REQUEST.get()
    return AuditLine.objects.create(
        by=by,
        by_email=by.email if by else "",
        action=action,
        target=str(target)[:300],
        target_id=str(target_id or getattr(target, "pk", None) or "")[:40],
        address=get_client_ip(request) if request else None,
        why=why,
        detail=dict(detail or {}),
    )
