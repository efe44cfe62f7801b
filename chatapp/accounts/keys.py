"""The forms by which passkeys are added and used: nonsense is answered by a sentence.

allauth's own let errors of the libraries below pass for credentials that no browser makes:
a missing field, broken CBOR, a signature that does not fit.
"""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms
from cryptography.exceptions import InvalidSignature
from django.forms import HiddenInput, JSONField

BROKEN = (ArithmeticError, AttributeError, InvalidSignature, LookupError, TypeError, ValueError)


class Credential(JSONField):
    """What a browser says of a key; Django lets a number of 5,000 digits break the page."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (ValueError, RecursionError):
            raise get_adapter().validation_error("incorrect_code") from None


class AddKey(forms.AddWebAuthnForm):  # type: ignore[misc]
    credential = Credential(widget=HiddenInput)

    def clean(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = super().clean()
        except BROKEN:
            raise get_adapter().validation_error("incorrect_code") from None
        return found


class _UseKey:
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except BROKEN:
            raise get_adapter().validation_error("incorrect_code") from None


class SignInByKey(_UseKey, forms.LoginWebAuthnForm):  # type: ignore[misc]
    """In the place of the password."""

    credential = Credential(widget=HiddenInput)


class ConfirmByKey(_UseKey, forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """After the password."""

    credential = Credential(widget=HiddenInput)


class ReauthenticateByKey(_UseKey, forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Once more, before something that matters."""

    credential = Credential(widget=HiddenInput)
