"""What else of a person goes into the archive of all their data.

Floors above register what they keep; each part becomes a file of its own.
"""

from collections.abc import Callable, Iterator
from typing import Any

from chatapp.accounts.models import User

Row = dict[str, Any]
Rows = Callable[[User], Iterator[Row]]

PARTS: dict[str, Rows] = {}


def register(name: str, rows: Rows) -> None:
    """`name` is that of the file: `usage.csv` becomes a table, anything else a JSON list.

    Where there are no rows there is no file. All rows of a part have the same keys. They may
    be many: give them one by one, each chunk by a query of its own.
    """
    PARTS[name] = rows
