"""The map of the pages."""

from django.urls import include, path

from chatapp.ops.backdoor.doors import site

urlpatterns = [
    path("", include("chatapp.chat.urls")),
    path("", include("chatapp.context.urls")),
    path("", include("chatapp.generation.urls")),
    path("", include("chatapp.ops.urls")),
    path("admin/backdoor/", site.urls),
    path("admin/", include("chatapp.workbench.urls")),
    path("review/", include("chatapp.review.urls")),
    path("accounts/", include("chatapp.accounts.urls")),
]
