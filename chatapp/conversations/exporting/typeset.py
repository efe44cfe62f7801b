"""The typesetter, as a process of its own: what a text may cost there ends there.

Data comes by standard input, the PDF goes to standard output. It knows no setting and no
secret, reads nothing but its own two files, and ends when it takes too much.
"""

import resource
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import typst

PAGE = Path(__file__).with_name("page.typ")
SECONDS = 120  # of one core
BYTES = 3 << 30


def typeset(data: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "page.typ").write_bytes(PAGE.read_bytes())
        (root / "data.json").write_bytes(data)
        made = typst.compile(root / "page.typ", root=root, format="pdf")
        assert isinstance(made, bytes)
        return made


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with suppress(ValueError, OSError):  # macOS knows this limit and refuses it
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    sys.stdout.buffer.write(typeset(sys.stdin.buffer.read()))
