"""The budgets that bound what may be spent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chatapp.conversations.access import reader
from chatapp.errors import NotThere
from chatapp.usage.models import Budget
from chatapp.workbench import actions
from chatapp.workbench.access import for_admins
from chatapp.workbench.forms.usage import BudgetForm


@require_GET
@for_admins
def list_budgets(request: HttpRequest) -> HttpResponse:
    budgets = Budget.objects.select_related("person", "role").order_by("created_at")
    return render(request, "workbench/budgets.html", {"budgets": budgets})


@require_http_methods(["GET", "POST"])
@for_admins
def create_budget(request: HttpRequest) -> HttpResponse:
    return _form(request, Budget())


@require_http_methods(["GET", "POST"])
@for_admins
def edit_budget(request: HttpRequest, budget_id: int) -> HttpResponse:
    return _form(request, _budget(budget_id))


@require_POST
@for_admins
def delete_budget(request: HttpRequest, budget_id: int) -> HttpResponse:
    actions.delete_budget(_budget(budget_id), by=reader(request))
    return redirect("workbench:list_budgets")


def _budget(budget_id: int) -> Budget:
    found = Budget.objects.select_related("person", "role").filter(pk=budget_id).first()
    if found is None:
        raise NotThere
    return found


def _form(request: HttpRequest, budget: Budget) -> HttpResponse:
    form = BudgetForm(request.POST or None, instance=budget)
    if request.method == "POST" and form.is_valid():
        actions.save_budget(form.instance, reader(request), form.cleaned_data["why"])
        return redirect("workbench:list_budgets")
    status = 422 if form.errors else 200
    context = {"form": form, "budget": budget}
    return render(request, "workbench/budget.html", context, status=status)
