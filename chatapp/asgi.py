"""The application that Daphne (or any ASGI server) serves."""

import os
from typing import cast

import django
from channels.routing import ProtocolTypeRouter
from channels.security.websocket import WebsocketDenier
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")
django.setup(set_prefix=False)

# Imported after Django is set up: these modules define models.
from chatapp.live.consumer import LiveConsumer  # noqa: E402
from chatapp.observability.ids import App, Receive, RequestId, Scope, Send  # noqa: E402
from chatapp.ops.pages import Pages  # noqa: E402


class Gate:
    """Lets pages of ours alone open the one socket there is.

    Scheme, host and port are compared, as the text that browsers send: host names alone would
    let another port of this machine in, and taking an address apart raises for some of them.
    """

    def __init__(self, socket: App) -> None:
        self.socket = socket
        self.refusal: App = WebsocketDenier.as_asgi()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        is_ours = len(origins) == 1 and origins[0] in settings.CSRF_TRUSTED_ORIGINS
        is_there = scope["path"] == "/live/"
        await (self.socket if is_ours and is_there else self.refusal)(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": RequestId(cast(App, Pages())),
        "websocket": RequestId(Gate(CookieMiddleware(SessionMiddleware(LiveConsumer.as_asgi())))),
    }
)
