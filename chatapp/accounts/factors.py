"""The second factor: how its secrets are kept, and who must have one."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac

from chatapp.accounts.models import User
from chatapp.accounts.roles import Right, Role

STAFF = (Role.SUPPORT.value, Role.PROMPT_ADMIN.value, Role.ADMIN.value)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Who steals the database alone cannot make codes: the key comes of SECRET_KEY."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    """Writes with the key of today, reads what older keys wrote."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str | bytes) -> bytes:
    digest = salted_hmac("chatapp.accounts.factors", "", secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest)


def has_factor(user: User) -> bool:
    types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(is_mfa_enabled(user, types))


def wants_factor(user: User) -> bool:
    """Whether that person has to set up a second factor before anything else."""
    if not settings.REQUIRE_MFA_FOR_STAFF:
        return False
    works_here = Q(name__in=STAFF) | Q(permissions__codename__in=Right.values)
    return user.groups.filter(works_here).exists() and not has_factor(user)
