"""The stream log: what a live answer holds so far, committed before it is shown."""

import json
import re
import uuid
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection, transaction

from chatapp.generation.models import Chunk

TOOL = "tool"  # the kind of a piece that holds a whole call with its result
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


def packed(call: dict[str, Any], result: dict[str, Any]) -> str:
    """A tool's call with its result, as the text of one piece."""
    return json.dumps([call, result])


def unpacked(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    call, result = json.loads(text)
    return call, result


def content(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    """Content blocks from the log, for an answer whose runner died."""
    blocks: dict[int, tuple[str, list[str]]] = {}
    for piece in pieces:
        blocks.setdefault(piece.block, (piece.kind, []))[1].append(piece.text)
    found: list[dict[str, Any]] = []
    for kind, parts in groupby(sorted(blocks.items()), key=lambda numbered: numbered[1][0]):
        texts = ["".join(texts) for _, (_, texts) in parts]
        found += _blocks(kind, texts)
    return found


def _blocks(kind: str, texts: list[str]) -> list[dict[str, Any]]:
    if kind == "text":
        return [{"type": "text", "text": text} for text in texts]
    if kind == TOOL:
        # As the API has it: all calls of a round, then all results.
        sets = [unpacked(text) for text in texts]
        return [call for call, _ in sets] + [result for _, result in sets]
    return [{"type": "thinking", "thinking": text, "signature": ""} for text in texts]
