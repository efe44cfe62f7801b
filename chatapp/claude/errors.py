"""What can go wrong between us and Claude.

    ClaudeError
    ├── AuthenticationError    401       the key is wrong
    ├── BillingError           402       unpaid, or a spend limit is reached
    ├── PermissionDenied       403
    ├── NotFound               404       also an unknown or retired model
    ├── InvalidRequest         400       asking again the same way cannot help
    │   └── PromptTooLong      400       more text than the model's window
    ├── RequestTooLarge        413       more bytes than the API takes
    ├── RateLimited            429       knows whether it is a spend cap
    ├── Overloaded             529       also arrives inside a stream
    ├── ServerError            408, 409, 5xx, unknown errors
    ├── ConnectionFailed       no answer: name, route, TLS, refused, reset
    ├── StreamCut              the stream ended without `message_stop`
    ├── Silence                nothing was heard for the read timeout
    ├── NotAStream             the answer is not what the API sends
    └── DeadlineExceeded       the whole call took longer than allowed

Statuses and types: the API's error page, and the SDK's source (2.11.0).
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Self

_LONGEST_MESSAGE = 2000
_SHORTEST_SECRET = 8


def gettext_noop(sentence: str) -> str:
    """Mark it for translators, as Django's own does; whoever shows it translates it."""
    return sentence


class ClaudeError(Exception):
    """One failed call.

    `status` is the HTTP status (200 when the error came inside a stream, None when
    there was no answer), `type` the API's own word, `retry_after` the seconds that
    the server asked us to wait, `retryable` whether the same request may succeed
    later, `retries` how many tries had failed before this one, and `sentence` what may
    be shown to an end user.
    """

    retryable: bool = False
    sentence: str = gettext_noop("Claude could not answer this.")
    local_type: ClassVar[str | None] = None

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        type: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = type or self.local_type
        self.request_id = request_id
        self.retry_after = retry_after
        self.retries = 0

    def __str__(self) -> str:
        facts = [self.type or "error"]
        if self.status is not None:
            facts.append(f"status {self.status}")
        if self.request_id:
            facts.append(self.request_id)
        message = self.args[0] if self.args else ""
        return f"{', '.join(facts)}: {message}" if message else ", ".join(facts)

    def hide(self, secret: str) -> Self:
        """Take a secret out of the message, in case the other side repeated it."""
        # A stand-in of a few letters is no secret, and may be part of any word.
        if len(secret) >= _SHORTEST_SECRET:
            self.args = tuple(str(part).replace(secret, "[hidden]") for part in self.args)
        return self


class AuthenticationError(ClaudeError):
    sentence = gettext_noop("Claude refused this server's key. Please tell your administrator.")


class BillingError(ClaudeError):
    sentence = gettext_noop(
        "This server's account with Claude cannot be charged. Please tell an administrator."
    )


class PermissionDenied(ClaudeError):
    sentence = gettext_noop(
        "This server may not use what was asked for. Please tell your administrator."
    )


class NotFound(ClaudeError):
    sentence = gettext_noop("This model is not available. Please choose another one.")


class InvalidRequest(ClaudeError):
    sentence = gettext_noop("Claude could not accept this request.")


class PromptTooLong(InvalidRequest):
    sentence = gettext_noop(
        "This conversation is longer than the model can read. Please start a new one."
    )


class RequestTooLarge(ClaudeError):
    sentence = gettext_noop(
        "This message is too large to send. Please shorten it or remove attachments."
    )


class RateLimited(ClaudeError):
    """Too many requests or tokens; with `spend_cap` no waiting helps."""

    retryable = True
    sentence = gettext_noop(
        "Claude is receiving too many requests from this server. Please try again shortly."
    )
    spend_cap = False


class Overloaded(ClaudeError):
    retryable = True
    sentence = gettext_noop("Claude is overloaded at the moment. Please try again shortly.")


class ServerError(ClaudeError):
    retryable = True
    sentence = gettext_noop("Claude had a problem of its own. Please try again.")


class ConnectionFailed(ClaudeError):
    retryable = True
    sentence = gettext_noop("Claude could not be reached. Please try again.")
    local_type = "connection_failed"


class StreamCut(ClaudeError):
    retryable = True
    sentence = gettext_noop("The connection to Claude broke off before the answer was complete.")
    local_type = "stream_cut"


class Silence(ClaudeError):
    retryable = True
    sentence = gettext_noop("Claude stopped sending before the answer was complete.")
    local_type = "silence"


class NotAStream(ClaudeError):
    sentence = gettext_noop(
        "Claude's address answered with something else. Please tell your administrator."
    )
    local_type = "not_a_stream"


class DeadlineExceeded(ClaudeError):
    retryable = True
    sentence = gettext_noop("The answer took too long and was ended.")
    local_type = "deadline_exceeded"


_BY_TYPE: Mapping[str, type[ClaudeError]] = {
    "authentication_error": AuthenticationError,
    "billing_error": BillingError,
    "permission_error": PermissionDenied,
    "not_found_error": NotFound,
    "invalid_request_error": InvalidRequest,
    "request_too_large": RequestTooLarge,
    "rate_limit_error": RateLimited,
    "overloaded_error": Overloaded,
    "api_error": ServerError,
    "timeout_error": ServerError,
    "conflict_error": ServerError,
}
_BY_STATUS: Mapping[int, type[ClaudeError]] = {
    400: InvalidRequest,
    401: AuthenticationError,
    402: BillingError,
    403: PermissionDenied,
    404: NotFound,
    408: ServerError,
    409: ServerError,
    413: RequestTooLarge,
    429: RateLimited,
    529: Overloaded,
}


def error_from_answer(
    status: int, body: bytes, request_id: str | None, retry_after: float | None
) -> ClaudeError:
    """The error that an answer other than 2xx stands for.

    A proxy in between may answer in HTML; then the status alone decides and the
    body's beginning becomes the message.
    """
    text = body.decode(errors="replace")
    try:
        raw = json.loads(text)
    except ValueError:
        raw = None
    if not isinstance(raw, dict) or not isinstance(raw.get("error"), dict):
        raw = {"error": {"message": text.strip()}}
    return _build(raw, status, request_id, retry_after)


def error_from_event(raw: Mapping[str, Any], request_id: str | None) -> ClaudeError:
    """The error that an `error` event inside a stream stands for."""
    return _build(raw, 200, request_id, None)


def _build(
    raw: Mapping[str, Any], status: int, request_id: str | None, retry_after: float | None
) -> ClaudeError:
    body = raw.get("error")
    body = body if isinstance(body, dict) else {}
    message = str(body.get("message") or "")[:_LONGEST_MESSAGE]
    code = _error_code(body)
    error = _class_of(status, str(body.get("type") or ""), message, code)(
        message,
        status=status,
        type=str(body["type"]) if body.get("type") else None,
        request_id=request_id or (str(raw["request_id"]) if raw.get("request_id") else None),
        retry_after=retry_after,
    )
    if isinstance(error, RateLimited) and "spend_limit" in code:
        error.spend_cap = True
        error.retryable = False
        error.sentence = BillingError.sentence
    return error


def _class_of(status: int, kind: str, message: str, code: str) -> type[ClaudeError]:
    if 300 <= status < 400:
        return NotAStream
    found = _BY_STATUS.get(status) or _BY_TYPE.get(kind)
    if found is None:
        found = InvalidRequest if 400 <= status < 500 else ServerError
    if found is InvalidRequest:
        if "spend_limit" in code:
            return BillingError
        # The API has no code for this one, so the wording has to do.
        if "prompt is too long" in message.lower():
            return PromptTooLong
    return found


def _error_code(body: Mapping[str, Any]) -> str:
    details = body.get("details")
    return str(details.get("error_code") or "") if isinstance(details, dict) else ""
