from django.urls import path

from chatapp.context import views

app_name = "context"
urlpatterns = [
    path("c/<uuid:conversation_id>/notes/", views.show_notes, name="show_notes"),
    path("c/<uuid:conversation_id>/notes/new/", views.create_notes, name="create_notes"),
    path("c/<uuid:conversation_id>/return/", views.create_return, name="create_return"),
    path("notes/<uuid:summary_id>/", views.edit_notes, name="edit_notes"),
    path(
        "notes/<uuid:summary_id>/correction/undo/",
        views.delete_correction,
        name="delete_correction",
    ),
    path("messages/<uuid:message_id>/keep/", views.create_protection, name="create_protection"),
    path("messages/<uuid:message_id>/release/", views.delete_protection, name="delete_protection"),
]
