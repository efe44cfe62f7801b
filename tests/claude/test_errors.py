"""Every failure has a class, its facts, and a sentence fit for a person."""

import json

import pytest

from chatapp.claude import (
    AuthenticationError,
    BillingError,
    ClaudeError,
    Client,
    ConnectionFailed,
    DeadlineExceeded,
    InvalidRequest,
    NotAStream,
    NotFound,
    Overloaded,
    PermissionDenied,
    PromptTooLong,
    RateLimited,
    RequestTooLarge,
    ServerError,
    Silence,
    StreamCut,
)
from chatapp.claude.errors import error_from_answer, error_from_event
from chatapp.claude.simulator import Simulator
from tests.claude.conftest import ask

STATUSES = {
    301: NotAStream,
    400: InvalidRequest,
    401: AuthenticationError,
    402: BillingError,
    403: PermissionDenied,
    404: NotFound,
    408: ServerError,
    409: ServerError,
    413: RequestTooLarge,
    418: InvalidRequest,
    429: RateLimited,
    500: ServerError,
    503: ServerError,
    504: ServerError,
    529: Overloaded,
    599: ServerError,
}
EVERY = [
    *dict.fromkeys(STATUSES.values()),
    PromptTooLong,
    ConnectionFailed,
    StreamCut,
    Silence,
    DeadlineExceeded,
]


@pytest.mark.parametrize(("status", "kind"), STATUSES.items())
def test_each_status_has_its_class(status: int, kind: type[ClaudeError]) -> None:
    error = error_from_answer(status, b"", "req_1", None)
    assert type(error) is kind
    assert (error.status, error.request_id) == (status, "req_1")


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 413, 429, 500, 504, 529])
async def test_errors_of_the_api_arrive_with_all_their_facts(
    client: Client, simulator: Simulator, status: int
) -> None:
    with pytest.raises(STATUSES[status]) as caught:
        await client.create(ask(f"[[sim: error {status}]]"))
    error, sent = caught.value, simulator.sent[-1]
    assert (error.status, error.request_id) == (status, sent.request_id)
    assert error.type
    assert str(status) in str(error)
    assert sent.request_id in str(error)


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("overloaded_error", Overloaded),
        ("rate_limit_error", RateLimited),
        ("api_error", ServerError),
        ("timeout_error", ServerError),
        ("invalid_request_error", InvalidRequest),
        ("authentication_error", AuthenticationError),
        ("permission_error", PermissionDenied),
        ("not_found_error", NotFound),
        ("billing_error", BillingError),
        ("request_too_large", RequestTooLarge),
        ("invented", ServerError),
    ],
)
def test_error_events_are_told_apart_by_their_type(type: str, kind: object) -> None:
    raw = {"type": "error", "error": {"type": type, "message": "m"}, "request_id": "req_2"}
    error = error_from_event(raw, None)
    assert error.__class__ is kind
    assert (error.type, error.status, error.request_id) == (type, 200, "req_2")


@pytest.mark.parametrize(
    "body", [b"<html>Bad gateway</html>", b"\xff\xfe", b"[1]", b'{"error": "text"}', b"null", b""]
)
def test_bodies_that_are_no_errors_of_the_api_leave_it_to_the_status(body: bytes) -> None:
    error = error_from_answer(502, body, None, None)
    assert type(error) is ServerError
    assert error.retryable


def test_a_huge_body_does_not_become_a_huge_message() -> None:
    assert len(str(error_from_answer(502, b"x" * 1_000_000, None, None))) < 3000


def test_a_spend_limit_of_ones_own_is_a_matter_of_billing() -> None:
    details = {"error_code": "workspace_spend_limit_reached"}
    body = {"error": {"type": "invalid_request_error", "message": "m", "details": details}}
    assert type(error_from_answer(400, json.dumps(body).encode(), None, None)) is BillingError


async def test_a_conversation_that_is_too_long_is_told_as_such(client: Client) -> None:
    with pytest.raises(PromptTooLong) as caught:
        await client.create(ask("word " * 200_000, model="claude-haiku-4-5"))
    assert "longer than the model can read" in caught.value.sentence


@pytest.mark.parametrize("kind", EVERY)
def test_sentences_are_whole_and_free_of_jargon(kind: type[ClaudeError]) -> None:
    sentence = kind().sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert not any(word in sentence for word in ("HTTP", "API", "error", "stream", "_", "token"))


@pytest.mark.parametrize("kind", [ConnectionFailed, StreamCut, Silence, NotAStream])
def test_failures_of_our_own_have_a_type_too(kind: type[ClaudeError]) -> None:
    assert kind().type == str(kind())


def test_a_few_letters_are_no_secret_to_hide() -> None:
    assert str(ConnectionFailed("not known").hide("k")).endswith("not known")


def test_a_server_that_asks_to_wait_is_heard() -> None:
    assert error_from_answer(529, b"", None, 12.5).retry_after == 12.5
