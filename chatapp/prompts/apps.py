from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PromptsConfig(AppConfig):
    name = "chatapp.prompts"

    def ready(self) -> None:
        # Each folder's `tools.py` registers its own tools; this floor knows none.
        autodiscover_modules("tools")
