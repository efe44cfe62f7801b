"""`python -m bench.review [--messages 1000000] [--items 50000] [--streams 100]`: the support room.
"""
import argparse, os, tempfile, json, time
from pathlib import Path
from chatapp.ops.database.server import EmbeddedServer
PROJECT = Path(__file__).resolve().parent.parent

def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--messages", type=int, default=1_000_000)
    options.add_argument("--items", type=int, default=50_000)
    options.add_argument("--data", type=Path)
    asked = options.parse_args()
    folder = asked.data
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    server = EmbeddedServer(folder, PROJECT)
    server.start()
    os.environ.update(DATABASE_URL=server.url, DATA_DIR=str(folder), SIMULATED="1", DJANGO_SETTINGS_MODULE="chatapp.settings")
    try:
        import django
        django.setup()
        from django.core.management import call_command
        call_command("migrate", verbosity=0)
        from bench.search import fill_and_index
        t = time.time()
        fill_and_index(asked.messages)
        print("filled", time.time() - t, flush=True)
        from bench.room import fill_room
        people = fill_room(asked.items, 100)
        print("room", time.time() - t, flush=True)
        (folder / "people.json").write_text(json.dumps(people))
    finally:
        server.stop()
main()
