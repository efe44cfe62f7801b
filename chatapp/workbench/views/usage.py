"""What everybody's answers cost."""

import csv
from collections.abc import Iterator

from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from chatapp.context.reports import memory
from chatapp.usage import charts, reports
from chatapp.usage.reports import VERSION
from chatapp.workbench.access import for_admins
from chatapp.workbench.forms.usage import SpanForm
from chatapp.workbench.sheets import Line, cell

COLUMNS = (
    *("opened_at", "user__email", "conversation", "run", "purpose", "model", "system_digest"),
    *("input_tokens", "output_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"),
    *("cache_read_tokens", "cost", "is_estimate", "first_token_ms", "total_ms"),
    *("stop_reason", "request_id", "retries", "error_type", "prompt_version"),
)


@require_GET
@for_admins
def show_usage(request: HttpRequest) -> HttpResponse:
    form = SpanForm(request.GET)
    span = form.span()
    calls = span.calls()
    context = {
        "form": form,
        "span": span,
        "total": reports.total(calls),
        "charts": [
            *charts.by_day(reports.by_day(calls, span)),
            charts.dearest(gettext("Spent by model"), gettext("Model"), reports.by(calls, "model")),
            charts.dearest(
                gettext("Spent by purpose"), gettext("Purpose"), reports.by_purpose(calls)
            ),
            charts.dearest(
                gettext("Spent by prompt version"), gettext("Version"), reports.by(calls, VERSION)
            ),
            charts.dearest(
                gettext("Spent by person"), gettext("Person"), reports.by(calls, "user__email")
            ),
            charts.commonest(gettext("Errors by type"), gettext("Type"), reports.errors(calls)),
        ],
        "latency": reports.latency(calls),
        "saved": reports.saved_by_cache(calls),
        "memory": memory(span.begin, span.end),
    }
    return render(request, "workbench/usage.html", context)


@require_GET
@for_admins
def list_calls(request: HttpRequest) -> HttpResponseBase:
    """The calls of the span as CSV, the oldest first."""
    span = SpanForm(request.GET).span()
    rows = span.calls().order_by("opened_at", "pk")
    named = rows.annotate(sent=F("sent_request__digest"), prompt_version=VERSION)
    lines = named.values_list(*COLUMNS, "sent").iterator(chunk_size=2_000)
    response = StreamingHttpResponse(_csv(lines), content_type="text/csv; charset=utf-8")
    name = f"calls-{span.first}-{span.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv(rows: Iterator[tuple[object, ...]]) -> Iterator[str]:
    writer = csv.writer(Line())
    yield writer.writerow([*COLUMNS, "request_sha256"])
    for row in rows:
        yield writer.writerow([cell(value) for value in row])
