import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from chatapp.accounts.models import User
from chatapp.claude.simulator import Pace, Simulator
from chatapp.prompts.models import Prompt
from chatapp.usage import door
from chatapp.workbench.cases import write_case
from chatapp.workbench.models import Case


@pytest.fixture
async def claude(settings: Settings) -> AsyncIterator[Simulator]:
    """A simulator that answers at once."""
    async with Simulator(pace=Pace(first=0, speed=0)) as simulator:
        settings.ENV = dataclasses.replace(settings.ENV, anthropic_base_url=simulator.url)
        yield simulator
        await door.close()


def a_case(prompt: Prompt, by: User, text: str = "Hello?", *checks: str, **fields: Any) -> Case:
    """A case of that question and those checks."""
    case = write_case(prompt, by, text, "", list(checks))
    for name, value in fields.items():
        setattr(case, name, value)
    case.save()
    return case
