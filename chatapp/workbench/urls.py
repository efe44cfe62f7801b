from django.urls import path

from chatapp.workbench import views

app_name = "workbench"
urlpatterns = [
    path("usage/", views.show_usage, name="show_usage"),
    path("usage/calls.csv", views.list_calls, name="list_calls"),
    path("budgets/", views.list_budgets, name="list_budgets"),
    path("budgets/new/", views.create_budget, name="create_budget"),
    path("budgets/<int:budget_id>/", views.edit_budget, name="edit_budget"),
    path("budgets/<int:budget_id>/delete/", views.delete_budget, name="delete_budget"),
]
