"""The statements of the search, over the table of words that a trigger keeps."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, Self

from django.db import connection
from django.db.models import QuerySet

from chatapp.conversations.places import Mark
from chatapp.conversations.terms import Term

FOLDED: Final = "conversations_search_text(%s)"
PHRASE: Final = f"phraseto_tsquery('simple', {FOLDED})"
EVERY: Final = f"plainto_tsquery('simple', {FOLDED})"
NOTHING: Final = "''::tsquery"
# The beginning of a word, if anything is left to look for.
BEGUN: Final = "coalesce(nullif({}::text, '') || ':*', '')::tsquery"


class Matched(NamedTuple):
    message_id: uuid.UUID
    conversation_id: uuid.UUID
    created_at: datetime

    @property
    def mark(self) -> Mark:
        return Mark(self.created_at, self.message_id)


class Step(NamedTuple):
    """A stretch of time in which matches are looked for at once."""

    newest: datetime
    last: datetime
    oldest: datetime  # of all messages
    usual: timedelta  # in which as many messages are written on the average

    def further(self, factor: float) -> Self | None:
        """The next step back, so many times as long; None: to the very first message."""
        # A burst of messages is short, and tells nothing of the time before it.
        span = max(self.newest - self.last, self.usual) * factor
        if self.last - self.oldest <= span:
            return None
        return self._replace(newest=self.last, last=self.last - span, usual=self.usual * factor)


@dataclass(frozen=True)
class Words:
    """What is looked for, as two tsqueries: the index answers the first, the second is the truth.

    The index knows which words a message has and not where: with a phrase it finds too much.
    """

    near: str = ""
    whole: str = ""

    @property
    def needs_look(self) -> bool:
        return self.near != self.whole


@dataclass(frozen=True)
class Conditions:
    words: Words
    where: Sequence[str]
    values: Sequence[Any]


def words_for(alternatives: Sequence[Sequence[Term]]) -> Words:
    """The queries for those terms, made by the functions that made the index."""
    whole, whole_values = _query(alternatives, PHRASE)
    near, near_values = _query(alternatives, EVERY)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({near})::text, ({whole})::text", [*near_values, *whole_values])
        found_near, found_whole = cursor.fetchone()
    # Without a wanted word the index would be read from end to end.
    is_indexed = all(any(term.is_wanted for term in terms) for terms in alternatives)
    return Words(found_near if is_indexed else "", found_whole)


def _query(alternatives: Sequence[Sequence[Term]], form: str) -> tuple[str, list[str]]:
    values: list[str] = []
    either: list[str] = []
    for terms in alternatives:
        every: list[str] = []
        for term in terms:
            # That all its words are somewhere says nothing against a phrase.
            if not term.is_wanted and form == EVERY and len(term.words) > 1:
                continue
            asked = BEGUN.format(form) if term.is_begun else form
            every.append(asked if term.is_wanted else f"!!{PHRASE}")
            values.append(term.text)
        either.append("(" + (" && ".join(every) or NOTHING) + ")")
    return " || ".join(either), values


def one_of(column: str, rows: QuerySet[Any]) -> tuple[str, Sequence[Any]]:
    """The condition that `column` is a key of `rows`. Raises EmptyResultSet."""
    query, values = rows.order_by().values("pk").query.sql_with_params()
    return f"{column} IN ({query})", values


def near(
    asked: Conditions, oldest: Mark | None, before: Mark | None, most: int, *, by_time: bool = False
) -> tuple[list[Matched], int]:
    """The newest matches between two marks, at most so many; and how many rows were looked at.

    All that the index finds there is read, and only then put in order: asked for the newest
    few, Postgres would walk back through time where a phrase is rarer than it believes. With
    `by_time` all rows between the marks are read instead: of a frequent word the index brings
    far more than there are, and Postgres would ask it as well.
    """
    where, values = list(asked.where), list(asked.values)
    words = asked.words
    if words.near:
        where.append("(words @@ %s::tsquery) IS TRUE" if by_time else "words @@ %s::tsquery")
        values.append(words.near)
    for mark, sign in ((oldest, ">="), (before, "<")):
        if mark:
            # The plain comparison is the one whose selectivity the planner can tell.
            where.append(f"created_at {sign[0]}= %s AND (created_at, message_id) {sign} (%s, %s)")
            values += [mark.at, mark.at, mark.message]
    fits, checked = ("words @@ %s::tsquery", [words.whole]) if words.needs_look else ("true", [])
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH near AS MATERIALIZED (
                SELECT message_id, conversation_id, created_at, {fits} AS fits
                FROM conversations_indexedmessage WHERE {" AND ".join(where) or "true"}
            )
            SELECT NULL, NULL, NULL, count(*) FROM near
            UNION ALL (
                SELECT message_id, conversation_id, created_at, 0 FROM near WHERE fits
                ORDER BY created_at DESC, message_id DESC LIMIT %s
            )
            """,
            [*checked, *values, most],
        )
        (*_, looked_at), *rows = cursor.fetchall()
    return [Matched(*row[:3]) for row in rows], looked_at


def back(before: Mark | None, messages: int) -> Step | None:
    """The step from a mark so many messages back; None if there are not that many.

    What anybody may read makes no difference here, and the answer goes to nobody: it only
    says how far one statement looks.
    """
    where = "WHERE (created_at, message_id) < (%s, %s)" if before else ""
    found = f"""SELECT created_at FROM conversations_indexedmessage {where}
        ORDER BY created_at DESC, message_id DESC"""
    values: list[Any] = [before.at, before.message] if before else []
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT ({found} LIMIT 1), ({found} LIMIT 1 OFFSET %s),
                (SELECT min(created_at) FROM conversations_indexedmessage),
                (SELECT reltuples FROM pg_class
                    WHERE oid = 'conversations_indexedmessage'::regclass)
            """,
            [*values, *values, messages],
        )
        newest, last, oldest, rows = cursor.fetchone()
    if last is None:
        return None
    return Step(newest, last, oldest, (newest - oldest) * min(1.0, messages / max(rows, 1)))


def relevance(words: Words, messages: Sequence[uuid.UUID]) -> dict[uuid.UUID, float]:
    """How well each of those messages answers: more often, nearer together, in less text."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT message_id, ts_rank_cd(words, %s::tsquery, 1)
               FROM conversations_indexedmessage WHERE message_id = ANY(%s)""",
            (words.whole, list(messages)),
        )
        return dict(cursor.fetchall())


def tidy() -> int:
    """Sort the words of new messages into the index; how many pages of them had gathered.

    Postgres gathers them, because that costs a writer a tenth. Left alone, whoever writes at
    four megabytes sorts them all, in a second and a half.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('indexed_message_words')")
        (pages,) = cursor.fetchone()
        return int(pages)
