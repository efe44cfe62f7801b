"""Exports that are jobs: each an iterator that gives back control after each bit of work."""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO

from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext

from chatapp.conversations.exporting import pdf
from chatapp.conversations.exporting.everything import chosen_of, everything_of
from chatapp.conversations.models import Message, Transfer
from chatapp.conversations.transfers import Steps, keep
from chatapp.errors import Unusable

Progress = Iterator[tuple[int, int]]

# Setting the pages takes about as long as reading the messages again did.
SETTING = 1.2


def make_pdf(transfer: Transfer) -> Steps:
    """Raises Unusable where there is nothing to set, or it cannot be set."""
    conversation = transfer.conversation
    path = Message.objects.path_to(conversation.current_leaf_id) if conversation else []
    if conversation is None or not path:
        raise Unusable(gettext("There is nothing in this conversation yet."))
    transfer.total = max(round(SETTING * len(path)), len(path) + 1)
    messages = []
    for message in path:
        messages.append(pdf.message_data(message))
        transfer.place = transfer.done = len(messages)
        yield
    made = pdf.typeset(pdf.as_data(conversation, messages))
    transfer.place = transfer.total
    keep(transfer, ContentFile(made), "pdf")


def make_everything(transfer: Transfer) -> Steps:
    yield from _make_archive(transfer, partial(everything_of, transfer.owner))


def make_chosen(transfer: Transfer) -> Steps:
    yield from _make_archive(transfer, partial(chosen_of, transfer.owner, transfer.chosen))


def _make_archive(transfer: Transfer, written: Callable[[IO[bytes]], Progress]) -> Steps:
    with tempfile.TemporaryFile() as file:
        for done, total in written(file):
            transfer.place, transfer.total = done, total
            yield
        file.seek(0)
        keep(transfer, File(file), "zip")
