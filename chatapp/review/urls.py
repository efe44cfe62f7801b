from django.urls import path

from chatapp.review.views import items, marks, notes, reads, room, search, takeovers, threads

app_name = "review"
THREAD = "threads/<uuid:conversation_id>/"
MESSAGE = "messages/<uuid:message_id>/"
urlpatterns = [
    path("", items.list_items, name="list_items"),
    path("views/", items.create_view, name="create_view"),
    path("views/<int:view_id>/delete/", items.delete_view, name="delete_view"),
    path("items/<uuid:item_id>/", items.edit_item, name="edit_item"),
    path("items/<uuid:item_id>/form/", threads.edit_side, name="edit_side"),
    path("items/<uuid:item_id>/claim/", items.create_claim, name="create_claim"),
    path(THREAD, threads.show_thread, name="show_thread"),
    path(f"{THREAD}reason/", threads.create_reason, name="create_reason"),
    path(f"{THREAD}presence/", threads.create_presence, name="create_presence"),
    path(f"{THREAD}flag/", threads.create_flag, name="create_flag"),
    path(f"{THREAD}summary/", threads.create_summary, name="create_summary"),
    path(f"{THREAD}export/", threads.show_export, name="show_export"),
    path(f"{THREAD}notes/", notes.create_note, name="create_note"),
    path(f"{THREAD}takeover/", takeovers.create_takeover, name="create_takeover"),
    path(f"{THREAD}takeover/end/", takeovers.delete_takeover, name="delete_takeover"),
    path(f"{THREAD}replies/", takeovers.create_reply, name="create_reply"),
    path(f"{THREAD}macro/", takeovers.show_macro, name="show_macro"),
    path(f"{MESSAGE}uncover/", threads.create_uncovering, name="create_uncovering"),
    path(f"{MESSAGE}notes/", notes.create_message_note, name="create_message_note"),
    path(f"{MESSAGE}mark/", marks.edit_mark, name="edit_mark"),
    path(f"{MESSAGE}mark/delete/", marks.delete_mark, name="delete_mark"),
    path(f"{MESSAGE}case/", marks.create_case, name="create_case"),
    path("notes/<uuid:note_id>/delete/", notes.delete_note, name="delete_note"),
    path("search/", search.list_hits, name="list_hits"),
    path("mentions/", notes.list_mentions, name="list_mentions"),
    path("agreement/", marks.list_agreement, name="list_agreement"),
    path("reads/", reads.list_reads, name="list_reads"),
    path("card/", room.edit_card, name="edit_card"),
    path("room/", room.edit_room, name="edit_room"),
    path("room/<slug:kind>/", room.list_things, name="list_things"),
    path("room/<slug:kind>/new/", room.create_thing, name="create_thing"),
    path("room/<slug:kind>/<int:thing_id>/", room.edit_thing, name="edit_thing"),
    path("room/<slug:kind>/<int:thing_id>/delete/", room.delete_thing, name="delete_thing"),
]
