import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chatapp.ops import runner


class Command(BaseCommand):
    help = "Write the answers that web processes have queued."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ENV.redis_url:
            raise CommandError(
                "REDIS_URL: needed to tell the web processes what was written; set it, "
                "or run both in one process by `manage.py web --with-runner`."
            )
        asyncio.run(runner.serve())
