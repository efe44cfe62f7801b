"""What everybody's answers cost."""

import csv
from collections.abc import Iterator

from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chatapp.context.reports import memory
from chatapp.usage import reports
from chatapp.usage.charts import bars
from chatapp.workbench.access import for_admins
from chatapp.workbench.forms.usage import SpanForm
from chatapp.workbench.sheets import Line, cell

COLUMNS = (
    *("opened_at", "user__email", "conversation", "run", "purpose", "model", "system_digest"),
    *("input_tokens", "output_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"),
    *("cache_read_tokens", "cost", "is_estimate", "first_token_ms", "total_ms"),
    *("stop_reason", "request_id", "retries", "error_type"),
)


@require_GET
@for_admins
def show_usage(request: HttpRequest) -> HttpResponse:
    form = SpanForm(request.GET)
    span = form.span()
    calls = span.calls()
    days = reports.by_day(calls, span)
    context = {
        "form": form,
        "span": span,
        "total": reports.total(calls),
        "chart": bars("Spent a day", [(f"{s.label:%-d %b}", s.cost) for s in days]),
        "tables": [
            ("By model", "Model", reports.by(calls, "model")),
            ("By purpose", "Purpose", reports.by(calls, "purpose")),
            ("By system prompt", "Digest", reports.by(calls, "system_digest")),
            ("By person", "Person", reports.by(calls, "user__email")),
        ],
        "latency": reports.latency(calls),
        "errors": reports.errors(calls),
        "saved": reports.saved_by_cache(calls),
        "memory": memory(span.begin, span.end),
    }
    return render(request, "workbench/usage.html", context)


@require_GET
@for_admins
def list_calls(request: HttpRequest) -> HttpResponseBase:
    """The calls of the span as CSV, the oldest first."""
    span = SpanForm(request.GET).span()
    rows = span.calls().order_by("opened_at", "pk").annotate(sent=F("sent_request__digest"))
    lines = rows.values_list(*COLUMNS, "sent").iterator(chunk_size=2_000)
    response = StreamingHttpResponse(_csv(lines), content_type="text/csv; charset=utf-8")
    name = f"calls-{span.first}-{span.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv(rows: Iterator[tuple[object, ...]]) -> Iterator[str]:
    writer = csv.writer(Line())
    yield writer.writerow([*COLUMNS, "request_sha256"])
    for row in rows:
        yield writer.writerow([cell(value) for value in row])
