"""Replays of a version against the cases of its prompt."""

import csv
import uuid
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from chatapp.conversations.access import reader
from chatapp.errors import NotThere, Unusable
from chatapp.workbench import replays
from chatapp.workbench.access import for_writers
from chatapp.workbench.cases import record_copies
from chatapp.workbench.forms.cases import ReplayForm
from chatapp.workbench.models import Case, Replay
from chatapp.workbench.sheets import Line, cell
from chatapp.workbench.tasks import work_off_later
from chatapp.workbench.views.prompts import the_prompt

PAGE = 50
CHOICES = (
    ("", _("All")),
    ("worse", _("Worse than before")),
    ("better", _("Better")),
    ("failed", _("Not passed")),
)
COLUMNS = ("case", "passed", "passed before", "state", "cost", "answer", "answer before", "checks")


@require_POST
@for_writers
def create_replay(request: HttpRequest, prompt_id: uuid.UUID) -> HttpResponse:
    prompt = the_prompt(prompt_id)
    form = ReplayForm(request.POST, prompt=prompt)
    if not form.is_valid():
        raise Unusable(gettext("Choose a version and whether it runs at once or overnight."))
    cases = Case.objects.filter(prompt=prompt)
    # After an expired batch or an outage nobody pays again for what went well.
    if again := request.POST.get("failed_of"):
        failed = replays.results_of(_the_replay(again), "failed")
        cases = cases.filter(pk__in=failed.order_by().values("case"))
    found = form.cleaned_data
    replay = replays.start(found["version"], reader(request), cases, found["mode"])
    work_off_later(replay.pk)
    return redirect("workbench:show_replay", replay.pk)


@require_GET
@for_writers
def show_replay(request: HttpRequest, replay_id: uuid.UUID) -> HttpResponse:
    """The page, or for htmx what changes while it runs."""
    replay, only = _the_replay(replay_id), request.GET.get("only", "")
    page = Paginator(replays.results_of(replay, only), PAGE).get_page(request.GET.get("page"))
    is_part = request.headers.get("HX-Request") == "true"
    if not is_part:  # what follows is the same page, which goes on
        record_copies(reader(request), [row.case for row in page], gettext_noop("a replay"))
    context = {
        "replay": replay,
        "progress": replays.progress(replay),
        "only": only,
        "choices": [(name, title, name == only) for name, title in CHOICES],
        "page": page,
    }
    template = "workbench/_replay.html" if is_part else "workbench/replay.html"
    return render(request, template, context)


@require_GET
@for_writers
def list_results(request: HttpRequest, replay_id: uuid.UUID) -> HttpResponseBase:
    """The results as CSV, in the order of the cases."""
    replay = _the_replay(replay_id)
    copied = Case.objects.filter(pk__in=replay.results.values("case")).select_related("prompt")
    record_copies(reader(request), copied, gettext_noop("a replay, as a file"))
    response = StreamingHttpResponse(_csv(replay), content_type="text/csv; charset=utf-8")
    name = f"replay-{replay.created_at:%Y-%m-%d}-version-{replay.version.number}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@for_writers
def delete_replay(request: HttpRequest, replay_id: uuid.UUID) -> HttpResponse:
    """Stop it; what it has stays."""
    replay = _the_replay(replay_id)
    replays.cancel(replay, reader(request))
    if replay.mode == Replay.Mode.BATCH:
        work_off_later(replay.pk)
    return redirect("workbench:show_replay", replay_id)


def _the_replay(replay_id: uuid.UUID | str) -> Replay:
    try:
        key = uuid.UUID(str(replay_id))
    except ValueError:
        raise NotThere from None
    found = Replay.objects.select_related("version__prompt", "by").filter(pk=key).first()
    if found is None:
        raise NotThere
    return found


def _csv(replay: Replay) -> Iterator[str]:
    writer = csv.writer(Line())
    yield writer.writerow(COLUMNS)
    for row in replays.results_of(replay).iterator(chunk_size=500):
        told = "; ".join(f"{v['kind']}: {v['value']}: {v['passed']}" for v in row.verdicts)
        old = row.before.text if row.before else row.case.answer
        values = (row.case, row.passed, row.was_passed, row.state, row.cost, row.text, old, told)
        yield writer.writerow([cell(value) for value in values])
