"""What changes people: making accounts, switching them off."""

from django.contrib.auth.models import Group
from django.db import transaction

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
        raise Conflict("Somebody has to remain who administers this installation.")


@transaction.atomic
def deactivate(user: User, by: User | None = None) -> None:
    """Shut a person out at once; their sockets are closed when `live` hears of it."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(by, "user.switched_off", user)
