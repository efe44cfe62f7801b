"""The rows of this floor, a file a subject.

The tree is `conversation.py` and `message.py`; `flags.py` says why somebody should look,
`reading.py` who did, `judgement.py` what they thought, `handover.py` who stepped in,
`queued.py` what waits for its turn, `attachment.py` which files stand at a message;
`folder.py`, `tag.py` and `library.py` are a person's own order.
`share.py` who may read a copy, and `transfer.py` what is carried out and in.
"""

from chatapp.conversations.models.attachment import Attachment, FolderFile, StoredFile
from chatapp.conversations.models.conversation import Conversation, ConversationQuerySet
from chatapp.conversations.models.flags import Flag, Unchecked
from chatapp.conversations.models.folder import Folder, FolderQuerySet, Instructions
from chatapp.conversations.models.handover import HelpRequest, Takeover
from chatapp.conversations.models.judgement import Feedback, Mark
from chatapp.conversations.models.library import SavedText, SavedTextQuerySet
from chatapp.conversations.models.message import Message, MessageQuerySet
from chatapp.conversations.models.queued import QueuedMessage
from chatapp.conversations.models.reading import ReadRecord
from chatapp.conversations.models.search import IndexedMessage
from chatapp.conversations.models.share import Share, ShareQuerySet
from chatapp.conversations.models.tag import OwnTag, Tagging
from chatapp.conversations.models.transfer import ImportedFrom, Transfer

__all__ = [
    "Attachment",
    "Conversation",
    "ConversationQuerySet",
    "Feedback",
    "Flag",
    "Folder",
    "FolderFile",
    "FolderQuerySet",
    "HelpRequest",
    "ImportedFrom",
    "IndexedMessage",
    "Instructions",
    "Mark",
    "Message",
    "MessageQuerySet",
    "OwnTag",
    "QueuedMessage",
    "ReadRecord",
    "SavedText",
    "SavedTextQuerySet",
    "Share",
    "ShareQuerySet",
    "StoredFile",
    "Tagging",
    "Takeover",
    "Transfer",
    "Unchecked",
]
