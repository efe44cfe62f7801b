"""What changes people: making accounts, switching them off."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from chatapp.accounts.audit import record
from chatapp.accounts.models import User
from chatapp.accounts.roles import Role
from chatapp.errors import Conflict

FIRST_ACCOUNTS = {
    "user@example.com": Role.MEMBER,
    "support@example.com": Role.SUPPORT,
    "admin@example.com": Role.ADMIN,
}


@transaction.atomic
def create_account(email: str, password: str, role: Role, by: User | None = None) -> User:
    user = User.objects.create_user(email, password)
    user.groups.add(Group.objects.get(name=role.value))
    record(by, "user.created", user, detail={"role": role.value})
    return user


@transaction.atomic
def welcome(user: User) -> None:
    """Make somebody a member whom the organisation's sign-in brought for the first time."""
    user.groups.add(Group.objects.get(name=Role.MEMBER.value))
    record(None, "user.created", user, detail={"role": Role.MEMBER.value, "by": "sign-on"})


@transaction.atomic
def create_first_accounts(password: str) -> list[str]:
    """Make the accounts of a first start; answer the e-mails of those made now.

    Only on an installation that has nobody yet: an account that was deleted on
    purpose does not come back with the next start.
    """
    if User.objects.exists():
        return []
    return [create_account(email, password, role).email for email, role in FIRST_ACCOUNTS.items()]


def require_other_admin(user: User) -> None:
    """Raises Conflict for the only active admin. Call inside the transaction of the change."""
    # Two admins who take the role from each other at once come one after the other.
    role = Group.objects.select_for_update().get(name=Role.ADMIN.value)
    admins = User.objects.filter(groups=role, is_active=True)
    if admins.filter(pk=user.pk).exists() and not admins.exclude(pk=user.pk).exists():
        raise Conflict(gettext("Somebody has to remain who administers this installation."))


@transaction.atomic
def deactivate(user: User, by: User | None = None) -> None:
    """Shut a person out at once; their sockets are closed when `live` hears of it."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(by, "user.switched_off", user)


@transaction.atomic
def ask_deletion(user: User) -> None:
    """Have the account deleted once the days of grace are over, and sign the person out everywhere.

    Raises Conflict for the only active admin.
    """
    require_other_admin(user)
    user.deletes_at = timezone.now() + timedelta(days=settings.ACCOUNT_GRACE_DAYS)
    user.save(update_fields=["deletes_at"])
    record(user, "user.deletion_asked", user)
    for session in UserSession.objects.filter(user=user):
        session.end()


@transaction.atomic
def keep_account(user: User) -> None:
    """Take the deletion back. Raises Conflict where it may have begun."""
    row = User.objects.select_for_update().get(pk=user.pk)
    if row.deletes_at is None:
        return
    if row.deletes_at <= timezone.now():
        raise Conflict(gettext("It is too late: this account is being deleted."))
    user.deletes_at = None
    user.save(update_fields=["deletes_at"])
    record(user, "user.deletion_taken_back", user)


@transaction.atomic
def delete_account(user: User) -> None:
    """Delete an account that is due, for good. Raises Conflict for the only active admin.

    The line about it does not name the person; lines from before do (docs/decisions.md).
    """
    require_other_admin(user)
    record(None, "user.deleted", "an account", target_id=str(user.pk))
    user.delete()
