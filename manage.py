#!/usr/bin/env python
"""Django's command line, and `serve`: the one command that starts everything."""

import os
import sys

from django.core.management import execute_from_command_line

from chatapp.environment import WrongSetting
from chatapp.ops import supervisor

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")
    if sys.argv[1:2] == ["serve"]:
        # Without setting Django up: only the children of this process need it.
        sys.exit(supervisor.main(sys.argv[2:]))
    try:
        execute_from_command_line(sys.argv)
    except WrongSetting as error:
        sys.exit(str(error))
