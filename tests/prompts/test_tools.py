"""Which tools there are, and how requests name them."""

import pytest
from django.db import connection

from chatapp.prompts.models import Prompt, Version
from chatapp.prompts.tools import Tool, label_of, register, registered


@pytest.fixture(autouse=True)
def only_these(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatapp.prompts.tools.TOOLS", {})


def a_tool(name: str, **fields: object) -> Tool:
    return Tool(name, name.title(), "Does it.", {"type": "object", **fields}, lambda *_: "done")


def test_requests_name_tools_always_in_one_order() -> None:
    for name in ("look", "ask", "call"):
        register(a_tool(name))
    assert [tool.name for tool in registered(["look", "ask", "gone", "look"])] == ["ask", "look"]


def test_a_definition_says_what_the_api_asks_for_and_no_more() -> None:
    assert a_tool("look", required=["x"]).definition == {
        "name": "look",
        "description": "Does it.",
        "input_schema": {"type": "object", "required": ["x"]},
    }


def test_people_read_the_label_or_else_the_name() -> None:
    register(a_tool("look"))
    assert (label_of("look"), label_of("gone")) == ("Look", "gone")


@pytest.mark.django_db
def test_code_that_knows_no_tools_can_still_write_versions() -> None:
    prompt = Prompt.objects.create(name="P")
    names = "id, prompt_id, number, body, model, effort, stop_sequences, marks, variables, note"
    values = "gen_random_uuid(), %s, 1, '', '', '', '{}', '{}', '{}', ''"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO prompts_version ({names}, created_at) VALUES ({values}, now())",
            [prompt.pk],
        )
    assert Version.objects.get().tools == []
