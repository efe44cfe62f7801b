"""Made conversations in any number, with words as skewed as those of real ones."""

import json
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from django.db import connection

from chatapp.accounts.models import User
from chatapp.prompts.models import Prompt

TURNS = 5  # a question and an answer each
PERIOD = timedelta(days=730)
END = datetime(2026, 11, 1, tzinfo=UTC)
VOCABULARY = 60_000
MODELS = ("claude-sonnet-5-5",) * 8 + ("claude-opus-5-5", "claude-haiku-5-5")
CONVERSATION = "id, owner_id, title, model, prompt_id, created_at, active_at, revision, "
CONVERSATION += "path_revision"
MESSAGE = "id, conversation_id, parent_id, role, content, seams, text, status, stop_reason, "
MESSAGE += "model, revision, created_at"


def word(rank: int) -> str:
    """The word that stands at that place by frequency."""
    letters = ""
    while True:
        rank, at = divmod(rank, 20)
        letters += "aeioubcdfghklmnprstv"[at] + "nratisoel"[(rank + at) % 9]
        if not rank:
            return letters


class Words:
    """Texts of a vocabulary in which the word of rank n comes 1/n times as often (Zipf)."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._all = list(dict.fromkeys(map(word, range(VOCABULARY))))
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(len(self._all))))

    def text(self, length: int) -> str:
        said = self.random.choices(self._all, cum_weights=self._weights, k=length)
        return " ".join(said) + "."


def fill(messages: int, seed: int = 1) -> None:
    """Write that many messages, ten a conversation, in the order of their time."""
    made = Words(seed)
    conversations = max(1, messages // (2 * TURNS))
    people = _people(max(3, conversations // 40))
    prompts = [Prompt.objects.create(name=f"Prompt {at}").pk for at in range(20)]
    rows = list(_conversations(made.random, conversations, people, prompts))
    _copy("conversations_conversation", CONVERSATION, iter(rows))
    _copy("conversations_message", MESSAGE, (row for c in rows for row in _messages(made, c)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def fill_for(owner: int, conversations: int, turns: int, seed: int = 3) -> None:
    """Write that many more conversations of one person, each of so many turns."""
    made = Words(seed)
    prompts = list(Prompt.objects.filter(name__startswith="Prompt ").values_list("pk", flat=True))
    rows = list(_conversations(made.random, conversations, [owner], prompts))
    messages = (row for c in rows for row in _messages(made, c, turns))
    _copy("conversations_conversation", CONVERSATION, iter(rows))
    _copy("conversations_message", MESSAGE, messages)


def _people(number: int) -> list[int]:
    rows = [User(email=f"person{at}@example.com", name=f"Person {at}") for at in range(number)]
    return [user.pk for user in User.objects.bulk_create(rows)]


def _conversations(
    chance: random.Random, number: int, people: list[int], prompts: list[int]
) -> Iterator[tuple[Any, ...]]:
    for at in range(number):
        begun = END - PERIOD * (1 - at / number)
        # A few people and prompts have most of the conversations.
        owner = people[int(len(people) * chance.random() ** 2)]
        prompt = prompts[int(len(prompts) * chance.random() ** 3)]
        model = chance.choice(MODELS)
        pk = uuid.UUID(int=chance.getrandbits(128), version=4)
        yield pk, owner, f"Chat {at}", model, prompt, begun, begun, 2 * TURNS, 0


def _messages(
    made: Words, conversation: tuple[Any, ...], turns: int = TURNS
) -> Iterator[tuple[Any, ...]]:
    chance, parent = made.random, None
    for at in range(2 * turns):
        is_answer = bool(at % 2)
        length = int(chance.lognormvariate(5, 0.6)) if is_answer else chance.randint(5, 60)
        text = made.text(length)
        content: list[dict[str, Any]] = [{"type": "text", "text": text}]
        if not is_answer and chance.random() < 0.03:
            content.insert(0, {"type": "image", "source": {"type": "file", "file_id": "f"}})
        status = "failed" if is_answer and chance.random() < 0.01 else "done"
        pk = uuid.UUID(int=chance.getrandbits(128), version=4)
        yield (
            *(pk, conversation[0], parent, "assistant" if is_answer else "user"),
            *(json.dumps(content), "{}", text, status, "end_turn" if is_answer else ""),
            *(conversation[3] if is_answer else "", at),
            conversation[5] + timedelta(minutes=at),
        )
        parent = pk


def _copy(table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as out:
        for row in rows:
            out.write_row(row)
