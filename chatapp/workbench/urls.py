from django.urls import path

from chatapp.workbench.views import (
    answers,
    audit,
    budgets,
    cases,
    notes,
    playground,
    prompts,
    replays,
    rollouts,
    usage,
    versions,
)

app_name = "workbench"
urlpatterns = [
    path("prompts/", prompts.list_prompts, name="list_prompts"),
    path("prompts/new/", prompts.create_prompt, name="create_prompt"),
    path("prompts/preview/", versions.show_preview, name="show_preview"),
    path("prompts/<uuid:prompt_id>/", prompts.show_prompt, name="show_prompt"),
    path("prompts/<uuid:prompt_id>/card/", prompts.edit_prompt, name="edit_prompt"),
    path("prompts/<uuid:prompt_id>/retired/", prompts.edit_retirement, name="edit_retirement"),
    path("prompts/<uuid:prompt_id>/rollback/", prompts.create_rollback, name="create_rollback"),
    path("prompts/<uuid:prompt_id>/edit/", versions.create_version, name="create_version"),
    path("prompts/<uuid:prompt_id>/cases/", cases.list_cases, name="list_cases"),
    path(
        "prompts/<uuid:prompt_id>/cases/new/", cases.create_written_case, name="create_written_case"
    ),
    path("prompts/<uuid:prompt_id>/replays/", replays.create_replay, name="create_replay"),
    path("conversations/<uuid:conversation_id>/case/", cases.create_case, name="create_case"),
    path("conversations/<uuid:conversation_id>/notes/", notes.list_notes, name="list_notes"),
    path("notes/<uuid:summary_id>/", notes.edit_note, name="edit_note"),
    path("cases/<uuid:case_id>/", cases.edit_case, name="edit_case"),
    path("cases/<uuid:case_id>/delete/", cases.delete_case, name="delete_case"),
    path("replays/<uuid:replay_id>/", replays.show_replay, name="show_replay"),
    path("replays/<uuid:replay_id>/results.csv", replays.list_results, name="list_results"),
    path("replays/<uuid:replay_id>/stop/", replays.delete_replay, name="delete_replay"),
    path("playground/", playground.show_playground, name="show_playground"),
    path("playground/messages/", playground.create_trial, name="create_trial"),
    path("versions/<uuid:version_id>/", versions.show_version, name="show_version"),
    path(
        "versions/<uuid:version_id>/publish/",
        versions.create_publication,
        name="create_publication",
    ),
    path("versions/<uuid:version_id>/approve/", versions.create_approval, name="create_approval"),
    path(
        "versions/<uuid:version_id>/disapprove/", versions.delete_approval, name="delete_approval"
    ),
    path("versions/<uuid:version_id>/comments/", versions.create_comment, name="create_comment"),
    path(
        "versions/<uuid:version_id>/retired/",
        versions.edit_version_retirement,
        name="edit_version_retirement",
    ),
    path("versions/<uuid:version_id>/answers/", answers.list_answers, name="list_answers"),
    path("versions/<uuid:version_id>/rollout/", rollouts.create_rollout, name="create_rollout"),
    path("rollouts/<uuid:rollout_id>/", rollouts.show_rollout, name="show_rollout"),
    path("rollouts/<uuid:rollout_id>/percent/", rollouts.edit_rollout, name="edit_rollout"),
    path("rollouts/<uuid:rollout_id>/end/", rollouts.delete_rollout, name="delete_rollout"),
    path("usage/", usage.show_usage, name="show_usage"),
    path("usage/calls.csv", usage.list_calls, name="list_calls"),
    path("budgets/", budgets.list_budgets, name="list_budgets"),
    path("budgets/new/", budgets.create_budget, name="create_budget"),
    path("budgets/<int:budget_id>/", budgets.edit_budget, name="edit_budget"),
    path("budgets/<int:budget_id>/delete/", budgets.delete_budget, name="delete_budget"),
    path("audit/", audit.list_audit, name="list_audit"),
]
