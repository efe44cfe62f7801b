"""Closing the sockets of people whose rights changed.

Django's own events are the one place that no sign-out, change of password or
deactivation can go round, whichever library or view did it.
"""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from chatapp.accounts.models import User
from chatapp.live.doorbell import ring_on_commit


@receiver(user_logged_out)
def signed_out(user: User | None = None, **_: Any) -> None:
    if user is not None:
        ring_on_commit(("people:", {"user": user.pk}))


@receiver(post_save, sender=User)
@receiver(post_delete, sender=User)
def person_changed(instance: User, **_: Any) -> None:
    ring_on_commit(("people:", {"user": instance.pk}))


@receiver(post_delete, sender=UserSession)
def session_ended(instance: UserSession, **_: Any) -> None:
    """Of one who was signed out from elsewhere; sockets of other sessions stay."""
    ring_on_commit(("people:", {"user": instance.user_id}))
