from argparse import ArgumentParser
from signal import SIGKILL
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chatapp.ops import web
from chatapp.ops.children import StartFailed, end_with_parent
from chatapp.ops.database import reach
from chatapp.ops.preparation import prepare


class Command(BaseCommand):
    help = "Serve pages and sockets; with --with-runner, write the answers as well."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--with-runner", action="store_true", help="write answers, too")
        parser.add_argument("--prepare", action="store_true", help="migrate before serving")
        parser.add_argument("--no-accounts", action="store_true", help="make no first accounts")
        parser.add_argument("--parent-pid", type=int, help="end when this process ends")

    def handle(self, *args: Any, **options: Any) -> None:
        env = settings.ENV
        if options["parent_pid"]:
            end_with_parent(SIGKILL, options["parent_pid"])
        if not options["with_runner"] and not env.redis_url:
            raise CommandError(
                "REDIS_URL: needed to hear of the runner's answers; set it, or add --with-runner."
            )
        if options["prepare"]:
            try:
                reach.check(env.database_url)
            except StartFailed as error:
                raise CommandError(str(error)) from None
            prepare(accounts=not options["no_accounts"])
        raise SystemExit(web.serve(env.bind, env.port, with_runner=options["with_runner"]))
