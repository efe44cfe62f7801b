from django.urls import path

from chatapp.generation import views

app_name = "generation"
urlpatterns = [
    path("runs/<uuid:run_id>/stop/", views.create_stop, name="create_stop"),
    path("messages/<uuid:message_id>/retry/", views.create_retry, name="create_retry"),
    path("messages/<uuid:question_id>/edit/", views.edit_question, name="edit_question"),
    path("messages/<uuid:message_id>/version/", views.edit_version, name="edit_version"),
    path("messages/<uuid:message_id>/branch/", views.create_branch, name="create_branch"),
    path("messages/<uuid:message_id>/delete/", views.delete_branch, name="delete_branch"),
    path("waiting/<uuid:waiting_id>/", views.edit_waiting, name="edit_waiting"),
    path("waiting/<uuid:waiting_id>/delete/", views.delete_waiting, name="delete_waiting"),
    path("waiting/<uuid:waiting_id>/turn/", views.create_turn, name="create_turn"),
    path("runs/<uuid:run_id>/request/", views.show_request, name="show_request"),
    path(
        "messages/<uuid:message_id>/continuation/",
        views.create_continuation,
        name="create_continuation",
    ),
    path("messages/<uuid:message_id>/feedback/", views.edit_feedback, name="edit_feedback"),
    path(
        "messages/<uuid:message_id>/feedback/delete/",
        views.delete_feedback,
        name="delete_feedback",
    ),
    path("c/<uuid:conversation_id>/help/", views.create_help_request, name="create_help_request"),
    path(
        "c/<uuid:conversation_id>/help/delete/",
        views.delete_help_request,
        name="delete_help_request",
    ),
    path("c/<uuid:conversation_id>/older/", views.list_messages, name="list_messages"),
    path("messages/<uuid:message_id>/text/", views.show_text, name="show_text"),
]
