from django.urls import path

from chatapp.chat.views import conversations, messages, options, reads, settings, usage

app_name = "chat"
urlpatterns = [
    path("", conversations.new_conversation, name="new_conversation"),
    path("conversations/", conversations.list_conversations, name="list_conversations"),
    path("c/", conversations.create_conversation, name="create_conversation"),
    path("c/<uuid:conversation_id>/", conversations.show_conversation, name="show_conversation"),
    path("c/<uuid:conversation_id>/messages/", messages.create_message, name="create_message"),
    path("c/<uuid:conversation_id>/title/", conversations.edit_title, name="edit_title"),
    path("c/<uuid:conversation_id>/options/", options.edit_options, name="edit_options"),
    path("c/<uuid:conversation_id>/pin/", conversations.edit_pin, name="edit_pin"),
    path("c/<uuid:conversation_id>/archive/", conversations.edit_archive, name="edit_archive"),
    path(
        "c/<uuid:conversation_id>/delete/",
        conversations.delete_conversation,
        name="delete_conversation",
    ),
    path("usage/", usage.show_usage, name="show_usage"),
    path("settings/reads/", reads.list_reads, name="list_reads"),
    path("settings/", settings.edit_settings, name="edit_settings"),
]
