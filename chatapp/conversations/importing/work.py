"""An import as a job: one conversation after the other, again from the start if need be."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import DataError, IntegrityError
from django.utils.translation import gettext

from chatapp.conversations.importing import chatgpt, claude, ours
from chatapp.conversations.importing.file import (
    BROKEN,
    Counted,
    TooMuch,
    items_in,
    prefix_of,
    unpacked,
)
from chatapp.conversations.importing.told import Item, ToldConversation, Unreadable, words
from chatapp.conversations.importing.write import is_here, write
from chatapp.conversations.models import Transfer
from chatapp.conversations.transfers import Steps, opened
from chatapp.prompts.choose import default_for
from chatapp.prompts.models import Prompt

READERS: Final[tuple[tuple[Callable[[Item], bool], Callable[[Item], ToldConversation]], ...]] = (
    (ours.is_mine, ours.read),
    (chatgpt.is_mine, chatgpt.read),
    (claude.is_mine, claude.read),
)
MOST_PROBLEMS = 1_000
# What a file may hold that is no text, number or key that we could keep.
UNFIT = (
    *(DataError, IntegrityError, ValueError, TypeError, AttributeError, KeyError),
    *(RecursionError, OverflowError),
)


def take_in(transfer: Transfer) -> Steps:
    """Read the file and keep what is in it. Begun anew it finds what it brought already.

    Raises Unusable for a file that holds no conversations.
    """
    transfer.added = transfer.skipped = transfer.refused = transfer.done = transfer.place = 0
    transfer.problems = []
    taking = Taking(transfer, default_for(transfer.owner))
    with opened(transfer) as file:
        with unpacked(file) as (inner, _):
            prefix = prefix_of(inner)
        with unpacked(file) as (inner, transfer.total):
            counted = Counted(inner)
            try:
                for item in items_in(counted, prefix):
                    _take(taking, item)
                    transfer.done += 1
                    transfer.place = counted.count
                    yield
            except BROKEN:
                _report(transfer, "", gettext("the file is broken from here on"))


@dataclass
class Taking:
    """One reading of a file; `seen` are the conversations that it met, by source and key."""

    transfer: Transfer
    prompt: Prompt
    seen: set[int] = field(default_factory=set)

    def is_again(self, told: ToldConversation) -> bool:
        """Whether this file had the conversation before; a hash is enough, and small."""
        known, mark = len(self.seen), hash((told.source, told.key))
        self.seen.add(mark)
        return len(self.seen) == known


def _take(taking: Taking, item: Any) -> None:
    """One item of the file: kept, here already, or reported."""
    transfer = taking.transfer
    title = words(item.get("title") or item.get("name"), 100) if isinstance(item, dict) else ""
    try:
        told = _read(item)
        was_here = taking.is_again(told) or _keep(transfer, told, taking.prompt)
        transfer.skipped += was_here
        transfer.added += not was_here
    except Unreadable as error:
        _report(transfer, title, str(error))
    except UNFIT:
        _report(transfer, title, gettext("something in it is of no form that is known"))


def _keep(transfer: Transfer, told: ToldConversation, prompt: Prompt) -> bool:
    """Whether it was here before this import."""
    was_here = is_here(transfer, told)
    if was_here is not False:
        return bool(was_here)
    try:
        write(transfer, told, prompt)
    except IntegrityError:
        if is_here(transfer, told) is False:
            raise
        return True
    return False


def _read(item: Any) -> ToldConversation:
    if isinstance(item, TooMuch):
        raise Unreadable(gettext("it is too large"))
    if not isinstance(item, dict):
        raise Unreadable(gettext("it is no conversation"))
    found: Item = item
    for is_mine, read in READERS:
        if is_mine(found):
            return read(found)
    raise Unreadable(gettext("it is no conversation of a known form"))


def _report(transfer: Transfer, title: str, why: str) -> None:
    transfer.refused += 1
    if len(transfer.problems) < MOST_PROBLEMS:
        # Counted as people do.
        problem = {"at": transfer.done + 1, "title": title, "why": why}
        transfer.problems = [*transfer.problems, problem]
