"""The rows of the support room, a file a subject."""

from chatapp.review.models.items import Item, Presence, SavedView, Tag
from chatapp.review.models.notes import Mention, Note
from chatapp.review.models.room import Card, Category, Macro, MaskPattern, Room, Rubric, Rule

__all__ = [
    "Card",
    "Category",
    "Item",
    "Macro",
    "MaskPattern",
    "Mention",
    "Note",
    "Presence",
    "Room",
    "Rubric",
    "Rule",
    "SavedView",
    "Tag",
]
