"""A request carries one id through the log and back to the caller."""

import pytest

from chatapp.observability.ids import REQUEST_ID, RUN_ID, Message, RequestId, Scope, serving_run

Headers = list[tuple[bytes, bytes]]


class Call:
    """One request through the middleware: what the app saw, what the caller got."""

    def __init__(self, kind: str, start: Message | None) -> None:
        self.kind = kind
        self.start = start
        self.seen = ""
        self.sent: list[Message] = []

    async def app(self, scope: Scope, receive: object, send: object) -> None:
        self.seen = REQUEST_ID.get()
        if self.start is not None:
            await send(self.start)  # type: ignore[operator]

    async def receive(self) -> Message:
        return {"type": f"{self.kind}.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def answered(self) -> list[bytes]:
        return [v for m in self.sent for k, v in m["headers"] if k.lower() == b"x-request-id"]


async def call(
    headers: Headers,
    kind: str = "http",
    start: str = "http.response.start",
    own: Headers | None = None,
) -> Call:
    made = Call(kind, {"type": start, "headers": own or []})
    await RequestId(made.app)({"type": kind, "headers": headers}, made.receive, made.send)
    return made


async def test_a_well_formed_id_is_kept_and_returned() -> None:
    made = await call([(b"X-Request-ID", b"proxy-0123.abc_9")])
    assert made.seen == "proxy-0123.abc_9"
    assert made.answered == [b"proxy-0123.abc_9"]


@pytest.mark.parametrize(
    "wrong",
    [b"", b"short", b"a" * 65, b"abcdefgh\nx=1", b"abcdefgh ijkl", b'abcdefgh"', "é".encode() * 8],
)
async def test_an_ill_formed_id_is_replaced(wrong: bytes) -> None:
    made = await call([(b"x-request-id", wrong)])
    assert len(made.seen) == 32
    assert made.answered == [made.seen.encode()]


async def test_each_request_without_an_id_gets_its_own() -> None:
    first, second = await call([]), await call([])
    assert first.seen != second.seen


async def test_an_id_set_by_the_app_does_not_stand_beside_ours() -> None:
    made = await call([(b"x-request-id", b"from-the-proxy")], own=[(b"X-Request-Id", b"other")])
    assert made.answered == [b"from-the-proxy"]


async def test_headers_of_the_app_are_kept() -> None:
    made = await call([], own=[(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")])
    assert made.sent[0]["headers"][:2] == [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]


async def test_an_accepted_socket_tells_its_id() -> None:
    made = await call([], kind="websocket", start="websocket.accept")
    assert made.answered == [made.seen.encode()]


async def test_other_messages_pass_unchanged() -> None:
    made = Call("http", {"type": "http.response.body", "body": b"x"})
    await RequestId(made.app)({"type": "http", "headers": []}, made.receive, made.send)
    assert made.sent == [{"type": "http.response.body", "body": b"x"}]


async def test_the_lifespan_has_no_request_id() -> None:
    made = Call("lifespan", None)
    await RequestId(made.app)({"type": "lifespan"}, made.receive, made.send)
    assert made.seen == ""


async def test_the_id_ends_with_the_request() -> None:
    made = await call([])
    assert made.seen
    assert REQUEST_ID.get() == ""


def test_a_run_inside_another_gives_the_name_back() -> None:
    with serving_run("outer"):
        with serving_run("inner"):
            assert RUN_ID.get() == "inner"
        assert RUN_ID.get() == "outer"
    assert RUN_ID.get() == ""
