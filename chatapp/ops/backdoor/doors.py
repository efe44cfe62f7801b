"""The tables behind the back door. Conversations and their texts are not among them."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest

from chatapp.accounts.models import AuditLine, User
from chatapp.accounts.roles import Role
from chatapp.conversations.access import reader
from chatapp.conversations.models import ReadRecord
from chatapp.ops.backdoor.forms import Explained, GroupForm, PersonForm
from chatapp.ops.backdoor.site import BackDoor, Door, RecordDoor
from chatapp.prompts.models import Audience
from chatapp.usage import offers
from chatapp.usage.models import Budget, Call, ModelOffer
from chatapp.workbench import actions as workbench
from chatapp.workbench.forms.usage import BudgetForm

ROLES = {role.value for role in Role}


class PersonDoor(Door):
    """People are switched off, not deleted: their threads would go with them."""

    noun = "user"
    form = PersonForm
    fields = (
        *("email", "name", "locale", "is_active", "groups"),
        *("new_password", "date_joined", "last_login", "why"),
    )
    readonly_fields = ("date_joined", "last_login")
    list_display = ("email", "name", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("email", "name")
    ordering = ("email",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if password := form.cleaned_data["new_password"]:
            obj.set_password(password)
        elif not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class GroupDoor(Door):
    """Groups to whom prompts are offered, and who has which right in the support room.

    Those of the roles are named in the code.
    """

    noun = "group"
    form = GroupForm
    fields = ("name", "permissions", "why")
    ordering = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name",) if obj and obj.name in ROLES else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_role = obj is not None and obj.name in ROLES
        return not is_role and super().has_delete_permission(request, obj)

    def holders(self, row: Any) -> Iterable[object]:
        return [*Budget.objects.filter(role=row), *Audience.objects.filter(group=row)]


class BudgetDoor(Door):
    """By the form and the actions of the admins' room, which write the lines themselves."""

    noun = "budget"
    form = BudgetForm
    fields = ("email", "role", "is_each", "period", "soft", "hard", "why")
    list_display = ("__str__", "soft", "hard")
    list_select_related = ("person", "role")
    ordering = ("created_at",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        workbench.save_budget(obj, reader(request), form.cleaned_data["why"])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        workbench.delete_budget(obj, reader(request))

    def write_line(self, request: HttpRequest, verb: str, row: Any, **told: Any) -> None:
        pass


class OfferDoor(Door):
    """Models and prices; empty fields are those of the catalogue."""

    noun = "model"
    form = Explained
    list_display = ("model", "is_offered", "position", "input", "output", "context_window")
    ordering = ("position", "pk")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(offers.forget)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(offers.forget)


class CallDoor(RecordDoor):
    noun = "call"
    # The key of the thread: its title is its owner's.
    fields = (
        *("opened_at", "purpose", "user", "conversation_id", "run", "model", "version_id"),
        *("input_tokens", "output_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"),
        *("cache_read_tokens", "cost", "is_estimate", "first_token_ms", "total_ms"),
        *("stop_reason", "request_id", "retries", "error_type", "settled_at"),
    )
    list_display = ("opened_at", "purpose", "user", "model", "cost", "error_type")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("-opened_at",)


class ReadDoor(RecordDoor):
    noun = "read"
    fields = list_display = ("at", "reader", "conversation_id", "what")
    list_select_related = ("reader",)
    ordering = ("-pk",)


class AuditDoor(RecordDoor):
    noun = "audit"
    fields = ("at", "by_email", "action", "target", "target_id", "address", "why", "detail")
    list_display = ("at", "by_email", "action", "target")
    ordering = ("-at", "-pk")


site = BackDoor()
site.register(User, PersonDoor)
site.register(Group, GroupDoor)
site.register(Budget, BudgetDoor)
site.register(ModelOffer, OfferDoor)
site.register(Call, CallDoor)
site.register(ReadRecord, ReadDoor)
site.register(AuditLine, AuditDoor)
