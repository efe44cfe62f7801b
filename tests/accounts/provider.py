"""A provider of OpenID Connect on this machine, which says of anybody what a test wants."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt


class Provider(ThreadingHTTPServer):
    """`claims`: what it says of the person; `asked`: the bodies that came for a token."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.claims: dict[str, Any] = {"sub": "1"}
        self.asked: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, path: str, body: str) -> dict[str, Any]:
        if path.endswith("/openid-configuration"):
            names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            found = {f"{name}_endpoint": f"{self.address}/{at}" for name, at in names.items()}
            return {**found, "issuer": self.address, "jwks_uri": f"{self.address}/keys"}
        if path == "/token":
            self.asked.append(body)
            said = {**self.claims, "iss": self.address, "aud": "chat", "exp": 4e9, "iat": 1}
            token = jwt.encode(said, "k" * 32, algorithm="HS256")
            return {"access_token": "a", "token_type": "bearer", "id_token": token}
        return self.claims


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.dumps(self.server.answer(self.path, self.rfile.read(length).decode())).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *args: object) -> None:
        """Nothing."""


@contextmanager
def running() -> Iterator[Provider]:
    with Provider() as provider:
        Thread(target=provider.serve_forever, args=[0.01], daemon=True).start()
        yield provider
        provider.shutdown()
