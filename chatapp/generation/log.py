"""The stream log: what a live answer holds so far, committed before it is shown."""

import json
import re
import uuid
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection, transaction

from chatapp.generation.models import Chunk

# Kinds of pieces. Text and thinking grow; of any other kind each piece is whole.
GROWING = ("text", "thinking")
TOOL = "tool"  # a call with its result; again, when the result of a server's tool has come
CITE = "cite"  # the sources of a block of text
THOUGHT = "thought"  # how long a block of thinking took, in milliseconds
REDACTED = "redacted"  # thinking that nobody may read
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # Postgres keeps neither NUL nor half a pair


class LeaseLost(Exception):
    """Another process has declared this runner dead; it must write no more."""


class Piece(NamedTuple):
    """Text of one block of one run, from character `start` of the run on."""

    run: uuid.UUID
    start: int
    block: int
    kind: str
    text: str


def storable(text: str) -> str:
    return UNSTORABLE.sub("\ufffd", text)


def storable_block(value: Any) -> Any:
    """The same for a whole content block."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [storable_block(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable_block(item) for key, item in value.items()}
    return value


def hold_lease(runner: uuid.UUID) -> None:
    """Keep the runner's lease for this transaction. Raises LeaseLost.

    One row is locked for all runs of a tick; whoever retires the runner waits
    for that lock, and knows afterwards that the log is complete.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM generation_runner WHERE id = %s AND retired_at IS NULL FOR SHARE",
            [runner],
        )
        if cursor.fetchone() is None:
            raise LeaseLost


@transaction.atomic
def write(
    runner: uuid.UUID, pieces: Sequence[Piece], states: dict[uuid.UUID, str]
) -> set[uuid.UUID]:
    """Append all `pieces`, note changed `states`; answer the runs that are still ours.

    Writing the same pieces twice, as after a lost connection, leaves one copy.
    Raises LeaseLost, and django.db's errors when Postgres is away.
    """
    hold_lease(runner)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id FROM generation_run
               WHERE id = ANY(%s::uuid[]) AND runner_id = %s AND finished_at IS NULL""",
            [_array({piece.run for piece in pieces} | states.keys()), runner],
        )
        ours = {row[0] for row in cursor.fetchall()}
        kept = [piece for piece in pieces if piece.run in ours]
        if kept:
            cursor.execute(
                """INSERT INTO generation_chunk (run_id, start, block, kind, text)
                   SELECT * FROM json_to_recordset(%s) AS piece
                       (run uuid, start int, block smallint, kind text, text text)
                   ON CONFLICT (run_id, start) DO NOTHING""",
                # One text for all: psycopg would quote each value of an array by itself.
                [json.dumps([piece._asdict() for piece in kept], default=str)],
            )
        changed = [(run, state) for run, state in states.items() if run in ours]
        if changed:
            cursor.execute(
                """UPDATE generation_run AS run SET state = new.state
                   FROM unnest(%s::uuid[], %s::text[]) AS new (id, state) WHERE run.id = new.id""",
                [list(column) for column in zip(*changed, strict=True)],
            )
    return ours


def _array(ids: Iterable[uuid.UUID]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"


def read(run: uuid.UUID, offset: int) -> list[Piece]:
    """What was committed from character `offset` on; `offset` must be a chunk's start."""
    rows = Chunk.objects.filter(run=run, start__gte=offset).order_by("start")
    return [Piece(run, *row) for row in rows.values_list("start", "block", "kind", "text")]


def ends(runs: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many characters are committed of each of those runs that has any."""
    newest = Chunk.objects.filter(run__in=list(runs)).order_by("run", "-start").distinct("run")
    return {
        run: start + len(text) for run, start, text in newest.values_list("run", "start", "text")
    }


def packed(call: dict[str, Any], result: dict[str, Any] | None) -> str:
    """A tool's call with its result, as the text of one piece; None: it still runs."""
    return json.dumps([call, result])


def unpacked(text: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    call, result = json.loads(text)
    return call, result


class Recovered(NamedTuple):
    content: list[dict[str, Any]]
    thinking_ms: dict[int, int]  # by the index of the block in `content`


def recovered(pieces: Iterable[Piece]) -> Recovered:
    """Content blocks from the log, for an answer whose runner died.

    Of what the server's tools found they hold what people see, which is less than can be
    sent back; thinking has no signature.
    """
    blocks: dict[int, dict[str, list[str]]] = {}
    for piece in pieces:
        blocks.setdefault(piece.block, {}).setdefault(piece.kind, []).append(piece.text)
    found: list[dict[str, Any]] = []
    times: dict[int, int] = {}
    for is_own, group in groupby(sorted(blocks.items()), key=lambda one: _is_own_tool(one[1])):
        kinds = [of_kind for _, of_kind in group]
        if is_own:
            # As the API has it: all calls of a round, then all results.
            sets = [unpacked(of_kind[TOOL][-1]) for of_kind in kinds]
            found += [call for call, _ in sets] + [result for _, result in sets if result]
            continue
        for of_kind in kinds:
            if THOUGHT in of_kind:
                times[len(found)] = int(of_kind[THOUGHT][-1])
            found += _blocks(of_kind)
    return Recovered(found, times)


def _is_own_tool(of_kind: dict[str, list[str]]) -> bool:
    return TOOL in of_kind and unpacked(of_kind[TOOL][-1])[0].get("type") == "tool_use"


def _blocks(of_kind: dict[str, list[str]]) -> list[dict[str, Any]]:
    if TOOL in of_kind:
        return [block for block in unpacked(of_kind[TOOL][-1]) if block]
    if REDACTED in of_kind:
        return [{"type": "redacted_thinking"}]
    if "thinking" in of_kind:
        return [{"type": "thinking", "thinking": "".join(of_kind["thinking"]), "signature": ""}]
    text = {"type": "text", "text": "".join(of_kind.get("text", ()))}
    cited = [one for text in of_kind.get(CITE, ()) for one in json.loads(text)]
    return [text | {"citations": cited} if cited else text]
