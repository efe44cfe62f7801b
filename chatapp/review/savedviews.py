"""Filters of the queue that are kept under a name."""

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext

from chatapp.accounts.audit import record
from chatapp.accounts.models import User
from chatapp.accounts.roles import Role, has_role
from chatapp.errors import Conflict, Refused, Unusable
from chatapp.review.models import SavedView
from chatapp.review.queue import Filter

MOST = 30  # of one person


@transaction.atomic
def save(by: User, name: str, query: str, is_shared: bool = False) -> SavedView:
    """Keep a filter; what an admin shares, all have. Raises Unusable, Refused, Conflict."""
    name = " ".join(name.replace("\x00", "").split())[:60]
    if not name:
        raise Unusable(gettext("Give the view a name."))
    if is_shared and not has_role(by, Role.ADMIN):
        raise Refused(gettext("Views for all are made by admins."))
    person = None if is_shared else by
    if SavedView.objects.filter(person=person).count() >= MOST:
        raise Conflict(
            gettext("There are %(most)s views already. Delete one first.") % {"most": MOST}
        )
    # Only what a filter knows is kept of the address.
    kept = Filter.of(QueryDict(query[:2_000])).query[:500]
    try:
        with transaction.atomic():
            return SavedView.objects.create(person=person, name=name, query=kept)
    except IntegrityError:
        raise Conflict(gettext("A view of that name is there already.")) from None


@transaction.atomic
def delete(view: SavedView, by: User) -> None:
    """Raises Refused for what is shared and not an admin's to delete."""
    if view.person_id is None:
        if not has_role(by, Role.ADMIN):
            raise Refused(gettext("Views for all are deleted by admins."))
        record(by, "view.deleted", view)
    view.delete()
