"""The application that Daphne (or any ASGI server) serves."""

import os
from typing import cast

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")
pages = get_asgi_application()

# Imported after Django is set up: these modules define models.
from chatapp.live.consumer import LiveConsumer  # noqa: E402
from chatapp.observability.ids import App, RequestId  # noqa: E402

sockets = URLRouter([path("live/", LiveConsumer.as_asgi())])
application = ProtocolTypeRouter(
    {
        "http": RequestId(cast(App, pages)),
        # Scheme, host and port are compared; host names alone would let another
        # port of this machine in.
        "websocket": RequestId(
            OriginValidator(
                CookieMiddleware(SessionMiddleware(sockets)), settings.CSRF_TRUSTED_ORIGINS
            )
        ),
    }
)
