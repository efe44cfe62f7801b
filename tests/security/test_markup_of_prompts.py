"""Hostile texts in every field of a prompt, a version, a case and a result stay texts."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client

from chatapp.accounts.models import User
from chatapp.prompts.models import PRODUCTION, Comment, Prompt, Publication, Rollout
from chatapp.workbench.models import Case, Replay, Result
from tests.conftest import a_prompt, a_version, browser_of, point
from tests.security.payloads import PAYLOADS
from tests.security.test_markup import HARMLESS, Outline, Shape, plain, short

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 1, tzinfo=UTC)


def a_hostile_prompt(text: str, by: User) -> Prompt:
    """A prompt of which every word is that text, with two versions; the second one is live."""
    prompt = Prompt.objects.create(
        name=text, description=text, icon=text[:8], openings=[text, text],
        is_for_everyone=True, is_default=True,
    )  # fmt: skip
    a_prompt(f"{text}2", description=text)  # a second one, so that there is a choice
    fields = {"note": text, "stop_sequences": [text], "variables": {text: text}, "author": by}
    first = a_version(prompt, "", marks={text: text}, model=text, **fields)
    live = a_version(prompt, plain(text), **fields)
    point(prompt, live)
    point(prompt, first, "staging")
    told = {"url": "/admin/", "summary": text}
    Publication.objects.create(
        prompt=prompt, label=PRODUCTION, version=live, before=first, kind="published", note=text,
        evidence=told, at=AT,
    )  # fmt: skip
    Comment.objects.create(version=live, text=text, by=by, at=AT)
    return prompt


def addresses(text: str, by: User) -> Iterator[str]:
    prompt = a_hostile_prompt(text, by)
    first, live = prompt.versions.order_by("number")
    rollout = Rollout.objects.create(
        prompt=prompt, version=first, control=live, percent=50, end="stopped", end_reason=text,
        ended_at=AT, started_at=AT,
    )  # fmt: skip
    turn = {"role": text, "content": [{"type": "text", "text": text}]}
    case = Case.objects.create(
        prompt=prompt, name=text, messages=[turn], answer=text, person=by,
        checks=[{"kind": text, "value": text}],
    )  # fmt: skip
    replay = Replay.objects.create(version=live, finished_at=AT, created_at=AT, by=by)
    told = [{"kind": text, "value": text, "passed": False, "reason": text}]
    Result.objects.create(
        replay=replay, case=case, state="done", text=text, verdicts=told, finished_at=AT
    )
    yield from ("/", f"/?prompt={prompt.pk}", "/admin/prompts/")
    for page in ("", "card/", "edit/", "cases/"):
        yield f"/admin/prompts/{prompt.pk}/{page}"
    for page in ("", "?against=1", "publish/", "answers/", "rollout/"):
        yield f"/admin/versions/{live.pk}/{page}"
    yield f"/admin/rollouts/{rollout.pk}/"
    yield f"/admin/cases/{case.pk}/"
    yield f"/admin/replays/{replay.pk}/"
    yield f"/admin/playground/?version={live.pk}&version={first.pk}"


def pages(browser: Client, text: str, by: User) -> list[str]:
    """All pages of such a prompt, which then is gone again."""
    with transaction.atomic():
        User.objects.filter(pk=by.pk).update(email=text)
        answers = [browser.get(address) for address in addresses(text, by)]
        answers.append(
            browser.post("/admin/prompts/preview/", {"body": f"{plain(text)} {{{{user_name}}}}"})
        )
        transaction.set_rollback(True)
    assert {answer.status_code for answer in answers} == {200}
    return [answer.text for answer in answers]


def shape(html: str, text: str) -> Shape:
    """Ids and the titles of what is chosen from are new each time."""
    kept = ("class", "type", "name", "role", "aria-label", "data-opening")
    found = Outline(html, text).shape
    return [(tag, [pair for pair in attributes if pair[0] in kept]) for tag, attributes in found]


@pytest.mark.timeout(300)
def test_no_text_of_a_prompt_is_markup(quick_passwords: None, max: User) -> None:
    browser = browser_of(max)
    harmless = pages(browser, HARMLESS, max)
    assert [at for at, page in enumerate(harmless) if HARMLESS not in page] == []
    expected = [shape(page, HARMLESS) for page in harmless]
    for payload in PAYLOADS[::12]:
        text = short(payload)[:99]
        found = [shape(page, text) for page in pages(browser, text, max)]
        assert found[:-1] == expected[:-1], payload.name


def test_the_preview_of_a_hostile_text_has_no_tag_of_its_own(
    quick_passwords: None, max: User
) -> None:
    browser = browser_of(max)
    allowed = {"p", "details", "summary", "code", "pre"}
    for payload in PAYLOADS:
        body = f"{short(payload)} {{{{user_name}}}}"
        html = browser.post("/admin/prompts/preview/", {"body": body}).text
        assert {tag.removeprefix("/") for tag, _ in Outline(html, "").shape} <= allowed, (
            payload.name
        )
