"""What a person's own answers cost."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET

from chatapp.conversations.access import reader
from chatapp.usage import reports
from chatapp.usage.budgets import states_of
from chatapp.usage.charts import Series, columns, labels_of
from chatapp.usage.reports import Span


@require_GET
def show_usage(request: HttpRequest) -> HttpResponse:
    today = timezone.now().date()
    month = Span(today.replace(day=1), today)
    calls = month.calls().filter(user=reader(request))
    days = reports.by_day(calls, month)
    spent = Series(pgettext("money", "Spent"), [day.cost for day in days])
    context = {
        "today": days[-1],
        "total": reports.total(calls),
        "chart": columns(gettext("Spent a day, this month"), labels_of(days), spent),
        "models": reports.by(calls, "model"),
        "purposes": reports.by_purpose(calls),
        "budgets": states_of(reader(request)),
    }
    return render(request, "chat/usage.html", context)
