"""The map of the pages."""

from django.urls import include, path

urlpatterns = [
    path("", include("chatapp.chat.urls")),
    path("", include("chatapp.context.urls")),
    path("", include("chatapp.generation.urls")),
    path("", include("chatapp.ops.urls")),
    path("admin/", include("chatapp.workbench.urls")),
    path("accounts/", include("chatapp.accounts.urls")),
]
