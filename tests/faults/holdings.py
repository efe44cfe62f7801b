"""The app's pages, and one that counts what its process holds."""

import asyncio

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import include, path

from chatapp.live.hub import hub


@login_not_required
async def show_holdings(request: HttpRequest) -> JsonResponse:
    held = hub()
    return JsonResponse(
        {
            "tasks": len(asyncio.all_tasks()),
            "sockets": len(held.sockets),
            "topics": len(held.by_topic),
            "connections": connection.pool.get_stats()["pool_size"],
        }
    )


urlpatterns = [path("holdings/", show_holdings), path("", include("chatapp.urls"))]
handler404 = "chatapp.errors.not_found"
