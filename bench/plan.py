"""`python -m bench.plan [--rounds 300]`: what building a request costs as a thread grows.

The threads take turns, so that whatever else the machine does falls on all of them alike:
judge by the ratios.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from chatapp.ops.database.server import EmbeddedServer

PROJECT = Path(__file__).resolve().parent.parent
SIZES = (50, 200, 1_000)  # turns
WARM_UP = 20  # rounds
HEAD = (
    "| turns | messages sent | tokens sent | p50 ms | p95 ms | p50 of 50 turns | p95 of 50 turns |"
)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=300)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="chatapp-bench-") as folder:
        # The embedded server may run as another user than we do.
        Path(folder).chmod(0o755)
        server = EmbeddedServer(Path(folder), PROJECT)
        server.start()
        os.environ.update(DATABASE_URL=server.url, DATA_DIR=folder, SIMULATED="1")
        try:
            table(asked.rounds)
        finally:
            server.stop()


def table(rounds: int) -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "chatapp.settings"
    django.setup()
    from django.core.management import call_command

    from bench.threads import a_thread, planned

    call_command("migrate", verbosity=0)
    answers = {turns: a_thread(turns) for turns in SIZES}
    took: dict[int, list[float]] = {turns: [] for turns in SIZES}
    for at in range(-WARM_UP, rounds):
        for turns, answer in answers.items():
            begun = time.perf_counter()
            planned(answer)
            if at >= 0:
                took[turns].append(1_000 * (time.perf_counter() - begun))
    print(HEAD, "|".join(["", *["---"] * HEAD.count(" | "), "---", ""]), sep="\n")
    p50, p95 = figures(took[SIZES[0]])
    for turns, answer in answers.items():
        made, (half, most) = planned(answer), figures(took[turns])
        print(
            f"| {turns} | {len(made.request.messages)} | {made.tokens} "
            f"| {half:.1f} | {most:.1f} | {half / p50:.2f} | {most / p95:.2f} |"
        )


def figures(took: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    parts = quantiles(took, n=20)
    return parts[9], parts[18]


if __name__ == "__main__":
    main()
