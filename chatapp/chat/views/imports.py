"""Bringing conversations along from elsewhere."""

import csv
import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from chatapp.conversations import transfers
from chatapp.conversations.access import reader
from chatapp.conversations.exporting.everything import as_cell
from chatapp.conversations.tasks import work_off_later
from chatapp.errors import TooLarge, Unusable


@require_POST
def create_import(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None or not file.size:
        raise Unusable(gettext("Choose a file with something in it first."))
    if file.size > settings.ENV.import_max_mb * 1_000_000:
        most = settings.ENV.import_max_mb
        raise TooLarge(gettext("A file may have at most %(most)s MB.") % {"most": most})
    made = transfers.begin_import(reader(request), file)
    work_off_later(made.pk)
    return redirect("chat:list_transfers")


@require_GET
def show_report(request: HttpRequest, transfer_id: uuid.UUID) -> HttpResponse:
    """What could not be read, for a spreadsheet."""
    transfer = transfers.visible_transfer(reader(request), transfer_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="not-imported.csv"'
    writer = csv.writer(response)
    writer.writerow(["place", "title", "why"])
    for problem in transfer.problems:
        writer.writerow([problem["at"], as_cell(problem["title"]), problem["why"]])
    return response
