"""Writing: prompts, their cards, their versions, and what is said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.audit import record
from chatapp.accounts.models import User
from chatapp.errors import Conflict, Unusable
from chatapp.prompts.models import Approval, Audience, Comment, Prompt, Version
from chatapp.prompts.variables import problems

BODY_MAX = 100_000  # characters
CARD = (
    *("name", "description", "icon", "openings", "is_for_everyone", "is_default"),
    *("is_kept", "needs_approval"),
)


@dataclass(frozen=True)
class Draft:
    """What a version will say; the fields are those of `Version`."""

    body: str
    model: str = ""
    max_tokens: int | None = None
    effort: str = ""
    stop_sequences: Sequence[str] = ()
    marks: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    tools: Sequence[str] = ()
    web: Mapping[str, Any] = field(default_factory=dict)


class Overtaken(Conflict):
    """Somebody saved another version meanwhile: `newest`. Nothing was overwritten."""

    def __init__(self, newest: Version) -> None:
        who = newest.author or gettext("somebody")
        super().__init__(
            gettext("Version %(number)s was saved meanwhile by %(person)s.")
            % {"number": newest.number, "person": who}
        )
        self.newest = newest


def locked(prompt: Prompt) -> Prompt:
    return Prompt.objects.select_for_update().get(pk=prompt.pk)


@transaction.atomic
def save_card(prompt: Prompt, by: User, audiences: Mapping[Group, bool]) -> Prompt:
    """Keep what members see of a prompt, and who may choose it.

    `audiences` maps groups to whether their chats begin with it. A default takes the
    place of the one before it.
    """
    before = Prompt.objects.filter(pk=prompt.pk).first()
    if before is None:
        prompt.created_by = by
    if prompt.is_default:
        Prompt.objects.filter(is_default=True).exclude(pk=prompt.pk).update(is_default=False)
    elif before and before.is_default:
        raise Unusable(gettext("Everyone begins here. Make another prompt the default instead."))
    prompt.save()
    # The few rows are written anew: simpler than to find out which ones differ.
    was = _audiences(prompt)
    prompt.audiences.all().delete()
    for group, is_default in audiences.items():
        if is_default:
            Audience.objects.filter(group=group).update(is_default=False)
        prompt.audiences.create(group=group, is_default=is_default)
    detail = {"before": {**_card(before), **was}, "after": {**_card(prompt), **_audiences(prompt)}}
    record(by, "prompt.changed" if before else "prompt.created", prompt, detail=detail)
    return prompt


@transaction.atomic
def retire(prompt: Prompt, by: User, *, on: bool) -> None:
    """Offer a prompt no more, or again; conversations that have it go on."""
    prompt = locked(prompt)
    if on and prompt.is_default:
        raise Conflict(gettext("Everyone begins here. Make another prompt the default first."))
    prompt.retired_at = timezone.now() if on else None
    prompt.save(update_fields=["retired_at"])
    if on:
        prompt.audiences.update(is_default=False)
    record(by, "prompt.retired" if on else "prompt.restored", prompt)


@transaction.atomic
def save_version(prompt: Prompt, by: User, draft: Draft, note: str, based_on: int) -> Version:
    """The next version. Raises Unusable, and Overtaken if `based_on` is not the newest."""
    # Under the lock two who save at once become a first and a second.
    prompt = locked(prompt)
    newest = prompt.versions.select_related("author").first()
    if newest and newest.number != based_on:
        raise Overtaken(newest)
    if found := problems(draft.body, draft.variables):
        raise Unusable(" ".join(found))
    if len(draft.body) > BODY_MAX:
        raise Unusable(
            gettext("The text has %(size)s characters; %(most)s are possible.")
            % {"size": intcomma(len(draft.body)), "most": intcomma(BODY_MAX)}
        )
    if newest and draft == draft_of(newest):
        raise Unusable(gettext("Nothing has changed since the newest version."))
    number = newest.number + 1 if newest else 1
    version = Version.objects.create(
        prompt=prompt, number=number, author=by, note=note, **asdict(draft)
    )
    record(by, "version.saved", version, why=note)
    return version


def draft_of(version: Version) -> Draft:
    """What a version says, to begin another one from."""
    return Draft(
        body=version.body,
        model=version.model,
        max_tokens=version.max_tokens,
        effort=version.effort,
        stop_sequences=tuple(version.stop_sequences),
        marks=version.marks,
        variables=version.variables,
        tools=tuple(version.tools),
        web=version.web,
    )


@transaction.atomic
def approve(version: Version, by: User) -> None:
    """Let a version go live. Raises Conflict for its own author."""
    if version.author_id == by.pk:
        raise Conflict(gettext("Somebody else has to approve what you wrote."))
    _, is_new = Approval.objects.get_or_create(version=version, by=by)
    if is_new:
        record(by, "version.approved", version)


@transaction.atomic
def withdraw_approval(version: Version, by: User) -> None:
    gone, _ = Approval.objects.filter(version=version, by=by).delete()
    if gone:
        record(by, "version.approval withdrawn", version)


@transaction.atomic
def comment(version: Version, by: User, text: str, line: int | None = None) -> Comment:
    """Raises Unusable for a comment without words, or on a line that is not there."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise Unusable(gettext("Write something first."))
    if line is not None and not 1 <= line <= len(version.body.splitlines()):
        raise Unusable(gettext("The text has no line %(number)s.") % {"number": line})
    made = Comment.objects.create(version=version, line=line, text=text[:5_000], by=by)
    record(by, "version.commented", version, why=made.text)
    return made


def _card(prompt: Prompt | None) -> dict[str, Any]:
    return {name: getattr(prompt, name) for name in CARD} if prompt else {}


def _audiences(prompt: Prompt) -> dict[str, Any]:
    rows = prompt.audiences.select_related("group").order_by("group__name")
    return {"audiences": {row.group.name: row.is_default for row in rows}}
