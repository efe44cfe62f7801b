from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ConversationsConfig(AppConfig):
    name = "chatapp.conversations"

    def ready(self) -> None:
        # Each folder's `parts.py` adds to the archive of a person's data; this floor knows none.
        autodiscover_modules("parts")
