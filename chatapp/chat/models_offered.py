"""What a person may settle of a chat, and what is good to know of each choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from chatapp.claude import Model
from chatapp.context.directions import current_version
from chatapp.context.thinking import thinking_of
from chatapp.conversations.models import Conversation
from chatapp.errors import NotThere
from chatapp.prompts.models import Version
from chatapp.prompts.servertools import SERVER_TOOLS
from chatapp.usage import offers
from chatapp.usage.shown import dollars

Words = str | Promise
EFFORTS: dict[str, Words] = {
    "": pgettext_lazy("effort", "Auto"),
    **dict(Version.Effort.choices),
}
# By family: what it is good at, and how fast it is beside the others.
FAMILIES: dict[str, tuple[Words, Words]] = {
    "fable": (gettext_lazy("Long, hard problems that may take their time"), gettext_lazy("Slow")),
    "mythos": (gettext_lazy("Long, hard problems that may take their time"), gettext_lazy("Slow")),
    "opus": (gettext_lazy("Demanding work: analysis, writing, code"), gettext_lazy("Medium speed")),
    "sonnet": (gettext_lazy("Everyday work, quick and thorough"), gettext_lazy("Fast")),
    "haiku": (gettext_lazy("Short tasks and quick answers"), gettext_lazy("Fastest")),
}


@dataclass(frozen=True)
class Offered:
    """A model as the picker shows it. `thinks`: "always", "can" or "never"."""

    id: str
    name: str
    good_at: Words
    speed: Words
    facts: Sequence[str]
    efforts: Sequence[str]
    usual_effort: Words
    thinks: str
    thinks_unasked: bool


@dataclass(frozen=True)
class Switch:
    name: str
    label: Words
    hint: Words
    is_on: bool


@dataclass(frozen=True)
class Picker:
    """Of one chat. What the version settles (`fixed_…`) is shown, and not to be chosen."""

    models: Sequence[Offered]
    chosen: Offered
    fixed_model: bool
    effort: str
    fixed_effort: bool
    thinks: bool
    web: Sequence[Switch]

    @property
    def efforts(self) -> list[tuple[str, Words, bool]]:
        """Value, words, and whether the chosen model has it."""
        return [
            (value, label, not value or value in self.chosen.efforts)
            for value, label in EFFORTS.items()
        ]

    @property
    def tools_on(self) -> str:
        return ", ".join(str(switch.label) for switch in self.web if switch.is_on)

    @property
    def effort_label(self) -> Words:
        return EFFORTS[self.effort]


def picker_for(conversation: Conversation, version: Version | None) -> Picker:
    """Of a chat that goes on, or of a `new_chat`, by the version that would answer."""
    fixed = version.model if version else ""
    ids = [fixed] if fixed else [*offers.offered(), conversation.model]
    models = [_offered(offers.catalogued(id)) for id in dict.fromkeys(ids)]
    chosen = next(model for model in models if model.id == (fixed or conversation.model))
    set_effort = version.effort if version else ""
    wanted = conversation.effort if conversation.effort in chosen.efforts else ""
    thinks = chosen.thinks_unasked if conversation.thinks is None else conversation.thinks
    return Picker(
        models=models,
        chosen=chosen,
        fixed_model=bool(fixed),
        effort=set_effort or wanted,
        fixed_effort=bool(set_effort),
        thinks=chosen.thinks == "always" or (thinks and chosen.thinks == "can"),
        web=_switches(version, conversation),
    )


def new_chat() -> Conversation:
    """A chat that is about to begin, with nothing settled yet; it is not saved."""
    return Conversation(model=settings.DEFAULT_MODEL)


def picker_of(conversation: Conversation) -> Picker:
    """Of one whose assistant may be published no more."""
    try:
        version = current_version(conversation)
    except NotThere:
        version = None
    return picker_for(conversation, version)


def _switches(version: Version | None, conversation: Conversation) -> list[Switch]:
    allowed = version.tools if version else ()
    return [
        Switch(tool.name, tool.label, tool.hint, tool.name in conversation.web)
        for tool in SERVER_TOOLS.values()
        if tool.name in allowed
    ]


def _offered(model: Model) -> Offered:
    family = next((words for name, words in FAMILIES.items() if name in model.id), ("", ""))
    return Offered(
        id=model.id,
        name=model.name,
        good_at=family[0],
        speed=family[1],
        facts=[fact for fact in (_price(model), _window(model.context_window)) if fact],
        efforts=model.efforts,
        usual_effort=EFFORTS[model.effort or ""],
        thinks=_thinks(model),
        thinks_unasked=thinking_of(model, None, model.max_output) is not None,
    )


def _thinks(model: Model) -> str:
    if model.thinking == "always":
        return "always"
    return "can" if model.known else "never"


def _price(model: Model) -> str:
    if not (price := model.price):
        return ""
    told = {"input": _dollars(price.input), "output": _dollars(price.output)}
    if model.long_price:
        return gettext("%(input)s in, %(output)s out a million tokens, long chats more") % told
    return gettext("%(input)s in, %(output)s out a million tokens") % told


def _dollars(amount: Decimal) -> str:
    return dollars(amount, 2 if amount % 1 else 0)


def _window(tokens: int) -> str:
    size = f"{tokens // 1_000_000}M" if tokens >= 1_000_000 else f"{tokens // 1_000}k"
    return gettext("reads %(size)s tokens") % {"size": size}
