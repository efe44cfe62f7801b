from django.urls import path

from chatapp.generation import views

app_name = "generation"
urlpatterns = [
    path("runs/<uuid:run_id>/stop/", views.create_stop, name="create_stop"),
    path("messages/<uuid:message_id>/retry/", views.create_retry, name="create_retry"),
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
    path("messages/<uuid:message_id>/text/", views.show_text, name="show_text"),
]
