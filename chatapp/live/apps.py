from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class LiveConfig(AppConfig):
    name = "chatapp.live"

    def ready(self) -> None:
        # Each folder's `live.py` registers its own topics; this floor knows none.
        autodiscover_modules("people", "live")
