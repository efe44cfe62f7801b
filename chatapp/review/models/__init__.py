"""The rows of the support room, a file a subject.

`items.py` is the queue, `notes.py` what the staff writes to each other, `room.py` how
the room is set up, `classifier.py` what a model has read. Marks and flags are rows of
conversations, which lower floors read.
"""

from chatapp.review.models.classifier import Awaited, ClassifierBatch, Look
from chatapp.review.models.items import Item, Presence, SavedView, Tag
from chatapp.review.models.notes import Mention, Note
from chatapp.review.models.room import Card, Category, Macro, MaskPattern, Room, Rubric, Rule

__all__ = [
    "Awaited",
    "Card",
    "Category",
    "ClassifierBatch",
    "Item",
    "Look",
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
