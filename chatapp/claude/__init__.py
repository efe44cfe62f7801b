"""Claude's Messages API: client, events, errors, retries, catalogue, simulator.

Owns everything that knows the wire format; usable alone. May use httpx (in
`transport.py` only) and aiohttp, no Django and nothing else of ours. Begin with
`client.py`, then follow one stream: `stream.py`, `sse.py`, `message.py`, `events.py`.
Many requests at half the price: `batches.py`. How any call is made: `calls.py`.
The picture of all errors is in `errors.py`; `simulator/` is the API's stand-in.
"""

from chatapp.claude.batches import Batch, BatchCounts, Batches, BatchResult, BatchResults
from chatapp.claude.catalogue import (
    BATCH_DISCOUNT,
    CATALOGUE,
    EFFORTS,
    TOOL_PRICES,
    Model,
    Price,
    model,
)
from chatapp.claude.client import Client
from chatapp.claude.errors import (
    AuthenticationError,
    BillingError,
    ClaudeError,
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
from chatapp.claude.events import (
    BlockStart,
    BlockStop,
    CitationsDelta,
    Event,
    InputJsonDelta,
    MessageDelta,
    MessageStart,
    MessageStop,
    Ping,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
    Unknown,
    UnknownDelta,
)
from chatapp.claude.message import Message
from chatapp.claude.request import Config, Request
from chatapp.claude.retry import Timing
from chatapp.claude.stream import Stream

__all__ = [
    "BATCH_DISCOUNT",
    "CATALOGUE",
    "EFFORTS",
    "TOOL_PRICES",
    "AuthenticationError",
    "Batch",
    "BatchCounts",
    "BatchResult",
    "BatchResults",
    "Batches",
    "BillingError",
    "BlockStart",
    "BlockStop",
    "CitationsDelta",
    "ClaudeError",
    "Client",
    "Config",
    "ConnectionFailed",
    "DeadlineExceeded",
    "Event",
    "InputJsonDelta",
    "InvalidRequest",
    "Message",
    "MessageDelta",
    "MessageStart",
    "MessageStop",
    "Model",
    "NotAStream",
    "NotFound",
    "Overloaded",
    "PermissionDenied",
    "Ping",
    "Price",
    "PromptTooLong",
    "RateLimited",
    "Request",
    "RequestTooLarge",
    "ServerError",
    "SignatureDelta",
    "Silence",
    "Stream",
    "StreamCut",
    "TextDelta",
    "ThinkingDelta",
    "Timing",
    "Unknown",
    "UnknownDelta",
    "model",
]
