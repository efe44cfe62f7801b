"""What a file costs us with each turn: read, checked, base64, JSON. `python -m bench.files`.

The API is stateless, so a file goes out again with every turn. This is what that takes of
the processor and of the line; what it takes of the price, the cache decides.
"""

import base64
import hashlib
import os
import tempfile
import time

from chatapp.claude.request import encode
from chatapp.conversations.files.limits import FILE_BYTES, MEGABYTE

SIZES = (MEGABYTE // 2, 2 * MEGABYTE, FILE_BYTES)
ROUNDS = 5


def measured(size: int) -> tuple[float, int]:
    """Milliseconds of the processor, and bytes that go out."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(os.urandom(size))
        file.flush()
        begun = time.process_time()
        for _ in range(ROUNDS):
            with open(file.name, "rb") as stored:
                data = stored.read()
            hashlib.sha256(data).hexdigest()
            source = {"type": "base64", "data": base64.b64encode(data).decode("ascii")}
            body = encode({"messages": [{"role": "user", "content": [{"source": source}]}]})
        return 1_000 * (time.process_time() - begun) / ROUNDS, len(body)


def main() -> None:
    for size in SIZES:
        cost, sent = measured(size)
        print(f"{size / MEGABYTE:5.1f} MB: {cost:6.1f} ms of CPU a turn, {sent / 1e6:5.1f} MB sent")


if __name__ == "__main__":
    main()
