"""Marks of the staff: apart from thumbs, blind where two are wanted, and a way to cases."""

import uuid

import pytest

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Feedback, Mark, Message, ReadRecord
from chatapp.errors import Conflict, Unusable
from chatapp.generation.branching import retry
from chatapp.review.actions.items import set_wants_two
from chatapp.review.actions.notes import mark
from chatapp.review.agreement import kappa, pairs
from chatapp.review.models import Category, Item, Rubric
from chatapp.workbench.models import Case
from tests.conftest import a_conversation, a_prompt, a_thread, answered, browser_of
from tests.review.conftest import in_queue

pytestmark = pytest.mark.django_db


def test_a_mark_has_categories_points_a_correction_and_a_comment(
    answer: Message, sue: User
) -> None:
    Category.objects.create(name="Wrong fact")
    Rubric.objects.create(name="Tone", most=5)
    form = {
        "verdict": "bad",
        "categories": ["Wrong fact", "Not one"],
        "points Tone": "4",
        "points Other": "9",
        "corrected": "It is **late**.",
        "comment": "See order 7",
    }
    page = browser_of(sue).post(f"/review/messages/{answer.pk}/mark/", form).text
    for text in ("Wrong fact", "Tone: 4", "<strong>late</strong>", "See order 7"):
        assert text in page
    kept = Mark.objects.get()
    assert (kept.categories, kept.scores) == (["Wrong fact"], {"Tone": 4})
    assert not Feedback.objects.exists()


def test_marking_again_takes_the_place_of_the_first(answer: Message, sue: User) -> None:
    mark(sue, answer, "bad")
    mark(sue, answer, "good")
    assert Mark.objects.get().verdict == "good"
    browser_of(sue).post(f"/review/messages/{answer.pk}/mark/delete/")
    assert not Mark.objects.exists()


def test_only_whole_answers_are_marked(ada: User, sue: User, thread: Conversation) -> None:
    with pytest.raises(Conflict):
        mark(sue, thread.messages.get(role="user"), "good")
    pending = a_conversation(ada).messages.get(role="assistant")
    with pytest.raises(Conflict):
        mark(sue, pending, "good")


@pytest.mark.parametrize("wrong", [{"verdict": "fine"}, {"verdict": "good", "scores": {"Tone": 6}}])
def test_what_no_mark_can_be_is_refused(answer: Message, sue: User, wrong: dict[str, str]) -> None:
    Rubric.objects.create(name="Tone", most=5)
    with pytest.raises(Unusable):
        mark(sue, answer, **wrong)  # type: ignore[arg-type]


def test_of_two_reviewers_neither_sees_the_other_s_mark_first(
    thread: Conversation, item: Item, answer: Message, sue: User, tim: User
) -> None:
    set_wants_two(item.pk, sue, on=True)
    mark(sue, answer, "bad", words=("", "canary"))
    page = f"/review/threads/{thread.pk}/"
    hidden = browser_of(tim).get(page).text
    assert "canary" not in hidden
    assert "1 mark of colleagues: shown once you have given yours" in hidden
    assert "canary" in browser_of(sue).get(page).text
    shown = browser_of(tim).post(f"/review/messages/{answer.pk}/mark/", {"verdict": "good"}).text
    assert "canary" in shown


def test_agreement_is_counted_for_each_two(ada: User, sue: User, tim: User) -> None:
    for mine, theirs in (("good", "good"), ("bad", "bad"), ("good", "bad"), ("bad", "bad")):
        answer = in_queue(a_thread(ada)).messages.get(role="assistant")
        mark(sue, answer, mine)
        mark(tim, answer, theirs)
    (pair,) = pairs()
    assert (pair.answers, pair.agreed, pair.percent) == (4, 3, 75)
    assert pair.kappa == pytest.approx(0.5)
    page = browser_of(sue).get("/review/agreement/").text
    assert "sue@example.com and tim@example.com" in page
    assert "75 %" in page


def test_kappa_says_nothing_where_nothing_varies() -> None:
    assert kappa([("good", "good")] * 3) is None
    assert kappa([("good", "bad"), ("bad", "good")]) == pytest.approx(-1)


def test_from_a_mark_two_clicks_make_a_case_with_the_corrected_answer(
    thread: Conversation, answer: Message, sue: User
) -> None:
    mark(sue, answer, "bad", words=("It comes\ntomorrow.", ""))
    prompt = a_prompt("Shop")
    client = browser_of(sue)
    address = f"/review/messages/{answer.pk}/case/"
    assert "It comes\ntomorrow." in client.get(address).text
    made = client.post(address, {"prompt": prompt.pk, "reference": "It comes\ntomorrow."})
    assert made.url == f"/review/threads/{thread.pk}/"
    case = Case.objects.get()
    assert (case.prompt, case.answer, case.created_by) == (prompt, "It is on its way.", sue)
    (check,) = case.checks
    assert check["kind"] == "graded"
    assert check["value"].endswith("It comes tomorrow.")
    assert ReadRecord.objects.filter(what="making a case").count() == 2


def test_a_case_of_an_answer_on_another_branch_has_what_led_to_it(ada: User, sue: User) -> None:
    thread = in_queue(a_conversation(ada, "First?"))
    left = answered(thread, "The first try", "stopped")
    retry(left)
    answered(thread, "The second try")
    form = {"prompt": a_prompt().pk, "reference": ""}
    browser_of(sue).post(f"/review/messages/{left.pk}/case/", form)
    case = Case.objects.get()
    assert (case.answer, len(case.messages), case.checks) == ("The first try", 1, [])


def test_the_copy_is_shown_masked_before_it_is_made(ada: User, sue: User) -> None:
    thread = in_queue(a_thread(ada, "I am ada@private.example"))
    answer = thread.messages.get(role="assistant")
    page = browser_of(sue).get(f"/review/messages/{answer.pk}/case/").text
    assert "I am [e-mail]" in page
    assert "private.example" not in page


def test_a_mark_on_what_one_may_not_read_is_not_possible(ada: User, sue: User) -> None:
    answer = a_thread(ada).messages.get(role="assistant")
    for address in (
        f"/review/messages/{answer.pk}/mark/",
        f"/review/messages/{uuid.uuid4()}/mark/",
    ):
        assert browser_of(sue).post(address, {"verdict": "good"}).status_code == 404
