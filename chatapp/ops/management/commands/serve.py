from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from chatapp.ops import supervisor


class Command(BaseCommand):
    help = "Start everything that this machine needs, and watch over it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        supervisor.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        code = supervisor.serve(
            accounts=not options["no_accounts"], with_parent=options["stop_with_parent"]
        )
        raise SystemExit(code)
