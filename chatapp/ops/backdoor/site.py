"""The site, and what all its doors have in common."""

from collections.abc import Iterable, Mapping
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model, QuerySet
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.http import urlencode

from chatapp.accounts.audit import record
from chatapp.accounts.roles import Role, has_role
from chatapp.conversations.access import reader
from chatapp.errors import NotThere

# People sign in and out on the pages of the app; the rest would need scripts or has no use.
CLOSED = {
    *("login", "logout", "password_change", "password_change_done"),
    *("autocomplete", "jsi18n", "view_on_site"),
}
# Of a form, what is told elsewhere or never.
UNTOLD = {"why", "new_password"}


class BackDoor(AdminSite):
    site_header = site_title = "Back door"
    index_title = "Tables"
    enable_nav_sidebar = False
    # Unknown addresses are the app's to answer, like everywhere else.
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.ADMIN)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Anybody else is answered as if there were no such page."""
        behind = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request):
                raise NotThere
            reply: HttpResponseBase = behind(request, *args, **kwargs)
            return reply

        return guarded

    def get_urls(self) -> list[URLResolver | URLPattern]:
        urls = [url for url in super().get_urls() if getattr(url, "name", None) not in CLOSED]
        for url in urls:
            if isinstance(url, URLPattern):
                # Django's points to the sign-in page of its own, which is closed.
                url.callback.login_url = None  # type: ignore[attr-defined]
        return urls


class Door(ModelAdmin):  # type: ignore[type-arg]
    """A table that may be changed. Each change and its line are one transaction (Django's)."""

    noun: str  # of the action in the record, such as "user" in "user.changed"
    actions = None  # on many rows at once
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request)

    def construct_change_message(  # type: ignore[override]
        self, request: HttpRequest, form: Any, formsets: object, add: bool = False
    ) -> dict[str, Any]:
        """What the record will keep: the reason given, and the fields before and after."""
        names = [name for name in form.changed_data if name not in UNTOLD]
        after = {name: _told(form.cleaned_data[name]) for name in names}
        if "new_password" in form.changed_data:
            after["password"] = "set anew"
        before = {} if add else {name: _told(form.initial.get(name)) for name in names}
        why = form.cleaned_data.get("why", "")
        return {"why": why, "detail": {"before": before, "after": after}}

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self.write_line(request, "created", obj, **message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        if message["detail"]["after"]:
            self.write_line(request, "changed", obj, **message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for row in queryset:
            before = {name: _told(value) for name, value in model_to_dict(row).items()}
            self.write_line(request, "deleted", row, detail={"before": before})

    def write_line(self, request: HttpRequest, verb: str, row: Model, **told: Any) -> None:
        record(reader(request), f"{self.noun}.{verb}", row, **told)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What the page before a deletion shows; not every row of sums that goes along."""
        rows = list(objs)
        held = [str(holder) for row in rows for holder in self.holders(row)]
        return [str(row) for row in rows], {self.opts.verbose_name: len(rows)}, set(), held

    def holders(self, row: Any) -> Iterable[object]:
        """What has to go first, so that nothing is lost with the row unsaid."""
        return ()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        query = urlencode({"target": object_id, "action": f"{self.noun}."})
        return redirect(f"{reverse('workbench:list_audit')}?{query}")


class RecordDoor(Door):
    """A table that nobody changes by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _told(value: object) -> Any:
    """As text that JSON holds."""
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        return "" if value is None else str(value)
    return sorted(str(one) for one in value)
