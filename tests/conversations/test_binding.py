"""Old conversations become bound to versions that say what their own text said, and back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from chatapp.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)
OWN_TEXT = ("conversations", "0005_prompt")
BOUND = ("conversations", "0007_no_system_prompt")


def migrated(*target: tuple[str, str]) -> Any:
    """The models as they are after that migration."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(target))
    return executor.loader.project_state(list(target)).apps


@pytest.fixture
def latest() -> Iterator[None]:
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_texts_become_versions_and_come_back(ada: User, latest: None) -> None:
    old = migrated(OWN_TEXT).get_model("conversations", "Conversation").objects
    texts = [settings.DEFAULT_SYSTEM_PROMPT, "Be odd.", "Be odd.", ""]
    for text in texts:
        old.create(owner_id=ada.pk, model="m", system_prompt=text)
    bound = migrated(BOUND).get_model("conversations", "Conversation").objects
    told = [row.version.body if row.version else None for row in bound.order_by("created_at")]
    assert told == [None, "Be odd.", "Be odd.", ""]
    assert {row.prompt.name for row in bound.all()} == {"Assistant"}
    again = migrated(OWN_TEXT).get_model("conversations", "Conversation").objects
    assert [row.system_prompt for row in again.order_by("created_at")] == texts
    assert not again.exclude(prompt=None).exists()
