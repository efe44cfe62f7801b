"""Who of the staff has a conversation open."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.conversations.handover import seen
from chatapp.live.doorbell import ring_on_commit
from chatapp.review.actions.items import thread_topic
from chatapp.review.models import Presence

LASTS = timedelta(seconds=45)  # the page says it again every 20


@transaction.atomic
def come(conversation_id: uuid.UUID, person: User) -> None:
    """Say that the person is here, still or anew."""
    now = timezone.now()
    known = Presence.objects.filter(conversation=conversation_id, person=person)
    is_new = not known.filter(seen_at__gt=now - LASTS).exists()
    Presence.objects.update_or_create(
        conversation_id=conversation_id, person=person, defaults={"seen_at": now}
    )
    # A page that is open is a sign of life of who took over.
    seen(conversation_id, person)
    if is_new:
        ring_on_commit((thread_topic(conversation_id), {"presence": True}))


def others_at(conversation_id: uuid.UUID, person: User) -> list[User]:
    """Colleagues who are here now."""
    limit = timezone.now() - LASTS
    here = Presence.objects.filter(conversation=conversation_id, seen_at__gt=limit)
    return list(User.objects.filter(pk__in=here.values("person")).exclude(pk=person.pk))
