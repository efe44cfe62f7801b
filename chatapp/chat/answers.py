"""Answers to forms that work with and without script."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect


def to(request: HttpRequest, page: str, *keys: uuid.UUID) -> HttpResponse:
    """Go on at that page of ours."""
    address = reverse(page, args=keys)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)
