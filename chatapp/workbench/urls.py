from django.urls import path

from chatapp.workbench.views import audit, budgets, usage

app_name = "workbench"
urlpatterns = [
    path("usage/", usage.show_usage, name="show_usage"),
    path("usage/calls.csv", usage.list_calls, name="list_calls"),
    path("budgets/", budgets.list_budgets, name="list_budgets"),
    path("budgets/new/", budgets.create_budget, name="create_budget"),
    path("budgets/<int:budget_id>/", budgets.edit_budget, name="edit_budget"),
    path("budgets/<int:budget_id>/delete/", budgets.delete_budget, name="delete_budget"),
    path("audit/", audit.list_audit, name="list_audit"),
]
