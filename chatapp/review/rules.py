"""What of a complete message puts its conversation into the queue: rules, and chance."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import regex
from django.utils.translation import gettext

from chatapp.conversations.models import Conversation, Flag, Message
from chatapp.errors import Unusable
from chatapp.review.models import Rule

PATTERN_SECONDS = 0.5  # after which a pattern counts as not matching


def found(messages: Iterable[Message], rules: Sequence[Rule], percent: Decimal) -> Iterator[Flag]:
    """The flags that those messages earn. No chance falls on a temporary chat."""
    rows = list(messages)
    kept = Conversation.objects.kept().filter(pk__in={row.conversation_id for row in rows})
    drawn = set(kept.values_list("pk", flat=True)) if percent else set()
    for message in rows:
        for rule in rules:
            if _speaks(rule, message) and matches(rule, message.text):
                yield _flag(message, Flag.Kind.RULE, rule.name)
        is_answer = message.role == Message.Role.ASSISTANT and message.conversation_id in drawn
        if is_answer and is_sampled(message.pk, percent):
            yield _flag(message, Flag.Kind.SAMPLE)


def matches(rule: Rule, text: str) -> bool:
    """Whether the text has the words, in any case, or the expression finds something."""
    if not rule.is_regex:
        return rule.pattern.casefold() in text.casefold()
    try:
        return bool(compiled(rule.pattern).search(text, timeout=PATTERN_SECONDS))
    except (TimeoutError, Unusable):
        return False


def compiled(pattern: str) -> "regex.Pattern[str]":
    """Raises Unusable for what is no regular expression."""
    try:
        return regex.compile(pattern, regex.MULTILINE)
    except regex.error as error:
        raise Unusable(
            gettext("“%(text)s” is no regular expression: %(error)s.")
            % {"text": pattern, "error": error}
        ) from None


def is_sampled(message_id: uuid.UUID, percent: Decimal) -> bool:
    """By chance, and the same each time it is asked: so nothing is drawn twice."""
    digest = hashlib.sha256(b"sample" + message_id.bytes).digest()
    return int.from_bytes(digest[:4]) % 10_000 < percent * 100


def _speaks(rule: Rule, message: Message) -> bool:
    return rule.where == Rule.Where.BOTH or rule.where == message.role


def _flag(message: Message, kind: str, detail: str = "") -> Flag:
    return Flag(conversation_id=message.conversation_id, message=message, kind=kind, detail=detail)
