"""Arrows between folders point down, and the check that says so sees every kind of arrow."""

import pytest
from django.apps import apps
from django.db.models import Model

from tests.house.arrows import RANK, is_up, offences, unknown_folders
from tests.house.tree import Tree, tell

FAULTS = {
    "an import at the top": ("chatapp/live/hub.py", "from chatapp.chat import live"),
    "a plain import": ("chatapp/live/hub.py", "import chatapp.chat.live"),
    "an import from the package itself": ("chatapp/live/hub.py", "from chatapp import chat"),
    "an import inside a function": (
        "chatapp/chat/views.py",
        "def show():\n    from chatapp.accounts import models",
    ),
    "an import inside a method of ours": (
        "chatapp/chat/views.py",
        "class A:\n    async def b(self):\n        import chatapp.accounts.models",
    ),
    "an import under TYPE_CHECKING": (
        "chatapp/usage/door.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from chatapp.context import plan",
    ),
    "a relative import that climbs": ("chatapp/live/hub.py", "from ..chat import live"),
    "a neighbour on the lowest floor": (
        "chatapp/rendering/stream.py",
        "from chatapp.observability import metrics",
    ),
    "the shared errors on the lowest floor": (
        "chatapp/claude/retry.py",
        "from chatapp.errors import Refused",
    ),
    "settings in a folder": ("chatapp/live/hub.py", "from chatapp.settings import DEBUG"),
    "a dotted name in a string": (
        "chatapp/live/hub.py",
        "load('chatapp.chat.live')",
    ),
    "a template named in Python": (
        "chatapp/generation/entries.py",
        "render_to_string('chat/_message.html')",
    ),
    "a template that includes": (
        "templates/generation/_message.html",
        "<p>\n{% include 'chat/_menu.html' %}",
    ),
    "a template that extends": ("templates/review/page.html", '{%extends "chat/base.html" %}'),
    "a template chosen at run time": ("templates/chat/page.html", "{% include chosen %}"),
    "a key by string": (
        "chatapp/prompts/models.py",
        "key = ForeignKey('conversations.Message', CASCADE, related_name='+')",
    ),
    "a key by keyword": (
        "chatapp/prompts/models.py",
        "key = models.ForeignKey(to='usage.Call', on_delete=CASCADE, related_name='+')",
    ),
    "a many-to-many key": (
        "chatapp/prompts/models.py",
        "keys = models.ManyToManyField('conversations.Message', related_name='+')",
    ),
    "a key in a migration": (
        "chatapp/prompts/migrations/0001_initial.py",
        "key = models.ForeignKey(to='conversations.message', related_name='+')",
    ),
    "a reverse name": (
        "chatapp/usage/models.py",
        "from chatapp.conversations.models import Message\nkey = ForeignKey(Message, CASCADE)",
    ),
    "a reverse name on a model reached by its module": (
        "chatapp/usage/models.py",
        "from chatapp.conversations import models as m\nkey = ForeignKey(m.Message, CASCADE)",
    ),
    "a reverse name on the user": (
        "chatapp/usage/models.py",
        "key = models.ForeignKey(settings.AUTH_USER_MODEL, CASCADE, related_name='calls')",
    ),
    "a model by its label": ("chatapp/live/hub.py", "apps.get_model('chat', 'Draft')"),
    "a second door to Claude": (
        "chatapp/generation/runner.py",
        "from chatapp.claude.client import Client",
    ),
    "a second door under another name": (
        "chatapp/generation/runner.py",
        "from chatapp.claude import Message, Client as Friend",
    ),
    "the client's module as a name": (
        "chatapp/generation/runner.py",
        "from chatapp.claude import client",
    ),
    "the whole of Claude as a name": ("chatapp/generation/runner.py", "import chatapp.claude as c"),
    "an HTTP client of one's own": ("chatapp/generation/tools.py", "import httpx"),
    "Django in claude": ("chatapp/claude/client.py", "from django.conf import settings"),
    "Channels in observability": ("chatapp/observability/logs.py", "import channels.layers"),
    "much of Django in rendering": (
        "chatapp/rendering/markdown.py",
        "from django.template import engines",
    ),
}

ALLOWED = {
    "chatapp/chat/views.py": (
        "from chatapp.accounts.models import User\nfrom chatapp.errors import Refused\n"
        "from .forms import Draft\nrender('chat/page.html', 'conversations/_item.html')\n"
        "def later():\n    import json\n"
    ),
    "chatapp/rendering/markdown.py": "from django.utils.safestring import SafeString",
    "chatapp/usage/door.py": "from chatapp.claude import Client",
    "chatapp/usage/models.py": (
        "call = models.ForeignKey('conversations.Message', CASCADE, related_name='+')\n"
        "price = models.ForeignKey('Price', CASCADE, related_name='calls')\n"
        "parent = models.ForeignKey('self', CASCADE)\n"
    ),
    "chatapp/generation/runner.py": "from chatapp.claude import Message, ClaudeError",
    "chatapp/claude/transport.py": "import httpx",
    "chatapp/settings.py": "LOGGED = 'chatapp.chat'\nfrom chatapp.observability import logs",
    "templates/chat/page.html": '{% extends "base.html" %}{% include "generation/_message.html" %}',
}


def plant(tree: Tree, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = tree.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_every_arrow_points_down(tree: Tree) -> None:
    tell(offences(tree))


def test_every_folder_stands_on_a_floor(tree: Tree) -> None:
    tell(unknown_folders(tree))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(empty_tree: Tree, fault: str) -> None:
    name, text = FAULTS[fault]
    plant(empty_tree, ALLOWED | {name: text})
    found = list(offences(empty_tree))
    line = len(text.splitlines())
    assert [place for place in found if place.startswith(f"{name}:{line}: ")] == found != []


def test_what_is_allowed_is_not_caught(empty_tree: Tree) -> None:
    plant(empty_tree, ALLOWED)
    assert list(offences(empty_tree)) == []


def test_a_folder_without_a_floor_is_caught(empty_tree: Tree) -> None:
    plant(empty_tree, ALLOWED | {"chatapp/attic/models.py": ""})
    assert list(unknown_folders(empty_tree)) == ["chatapp/attic: stands on no floor"]


@pytest.mark.parametrize(
    "model", [m for m in apps.get_models() if m._meta.app_label in RANK], ids=lambda m: m.__name__
)
def test_the_keys_of_a_loaded_model_point_down(model: type[Model]) -> None:
    home = model._meta.app_label
    for field in (*model._meta.fields, *model._meta.many_to_many):
        if field.related_model is None or field.remote_field is None:
            continue
        owner = field.related_model._meta.app_label
        assert not is_up(home, owner), field
        assert owner == home or owner not in RANK or field.remote_field.hidden, field
