"""`manage.py serve`: one command that starts, watches and stops everything."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from chatapp.ops.children import wait_until
from tests.environment import PROJECT, make_folder
from tests.ops.serving import WAIT_SECONDS, Serving, are_gone

Start = Callable[..., Serving]


@pytest.fixture(scope="module")
def first_start() -> Iterator[tuple[Path, str, int]]:
    """A folder after one start and its orderly end, what was said, and what a page answered."""
    folder = make_folder()
    serving = Serving(folder).until_ready()
    status, _ = serving.get("/accounts/login/")
    said = serving.output + f" {serving.port} "
    assert serving.end() == 0
    serving.clear()
    yield folder, said, status
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def data_folder(first_start: tuple[Path, str, int], data_folder: Path) -> Path:
    """As the first start left it: a later one takes two seconds instead of ten."""
    subprocess.run(["cp", "-a", f"{first_start[0]}/.", data_folder], check=True)
    return data_folder


@pytest.fixture
def start(data_folder: Path) -> Iterator[Start]:
    begun: list[Serving] = []

    def start(**options: object) -> Serving:
        serving = Serving(data_folder, **options)  # type: ignore[arg-type]
        begun.append(serving)
        return serving

    yield start
    for serving in begun:
        serving.clear()


def emails(folder: Path) -> list[tuple[str]]:
    with psycopg.connect((folder / "database.url").read_text()) as connection:
        return connection.execute("SELECT email FROM accounts_user ORDER BY email").fetchall()


def forget(folder: Path) -> None:
    with psycopg.connect((folder / "database.url").read_text()) as connection:
        # The records refuse to be emptied along with the accounts.
        connection.execute("ALTER TABLE accounts_auditline DISABLE TRIGGER audit_not_emptied")
        connection.execute("ALTER TABLE conversations_readrecord DISABLE TRIGGER reads_not_emptied")
        connection.execute("TRUNCATE accounts_user CASCADE")


def test_a_first_start_says_where_to_go_and_how_to_sign_in(
    first_start: tuple[Path, str, int],
) -> None:
    _, said, status = first_start
    assert f"http://127.0.0.1:{said.split()[-1]}/" in said
    assert "Made user@example.com, support@example.com, admin@example.com" in said
    assert "correct horse" not in said
    assert status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything_cleanly(start: Start, data_folder: Path, number: int) -> None:
    serving = start().until_ready()
    family = serving.family()
    assert len(family) >= 4, "serve, web, simulator and postgres at least"
    assert serving.end(number) == 0
    assert are_gone(family)
    assert not (data_folder / "postgres" / "data" / "postmaster.pid").exists()
    assert "killing" not in serving.output


def test_a_later_start_finds_the_accounts_of_the_first(start: Start, data_folder: Path) -> None:
    serving = start().until_ready()
    assert "Made" not in serving.output
    assert "Sign in as user@example.com" in serving.output
    assert len(emails(data_folder)) == 3


def test_the_second_start_on_one_folder_refuses_with_one_line(start: Start) -> None:
    first = start().until_ready()
    second = start()
    assert second.process.wait(WAIT_SECONDS) == 1
    assert second.output.startswith("Already running on ")
    assert second.output.count("\n") == 1
    assert first.get("/healthz/live")[0] == 200


@pytest.mark.parametrize("word", ["web", "simulator", "postgres"])
def test_a_child_that_is_killed_is_started_again(start: Start, word: str) -> None:
    serving = start().until_ready()
    killed = serving.child(word)
    killed.kill()
    serving.until("starting it again")
    assert wait_until(lambda: bool(serving.children(word)), WAIT_SECONDS)
    assert wait_until(lambda: serving.get("/healthz/ready")[0] == 200, WAIT_SECONDS)
    assert killed not in serving.children(word)


def test_after_kill_9_of_the_whole_nothing_is_left_and_a_start_finds_all(
    start: Start, data_folder: Path
) -> None:
    serving = start().until_ready()
    family = serving.family()
    os.kill(serving.process.pid, signal.SIGKILL)
    serving.process.wait()
    again = start(port=serving.port).until_ready()
    assert are_gone(family)
    assert len(emails(data_folder)) == 3
    assert again.get("/accounts/login/")[0] == 200


def test_a_second_ctrl_c_stops_at_once(start: Start) -> None:
    serving = start().until_ready()
    family = serving.family()
    web = serving.child("web")
    web.suspend()  # an app that does not end
    serving.process.send_signal(signal.SIGINT)
    serving.until("Stopping")
    assert serving.end(signal.SIGINT) == 128 + signal.SIGINT
    assert are_gone(family)


def test_it_ends_with_the_make_that_started_it(start: Start) -> None:
    # `make` can be killed, too; any process that waits for its child stands for it.
    command = [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])"]
    serve = [sys.executable, "manage.py", "serve", "--stop-with-parent"]
    serving = start(command=[*command, *serve]).until_ready()
    family = serving.family()
    serving.process.kill()
    serving.process.wait()
    assert are_gone(family)
    start(port=serving.port).until_ready()


def test_a_port_that_is_taken_is_told_in_one_line(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        serving = start(port=taken.getsockname()[1])
        assert serving.process.wait(WAIT_SECONDS) == 1
    assert serving.output.startswith("PORT: cannot listen on 127.0.0.1:")
    assert serving.output.count("\n") == 1


def test_a_wrong_setting_is_told_in_one_line(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "*")
    serving = start()
    assert serving.process.wait(WAIT_SECONDS) == 1
    assert serving.output.startswith("ALLOWED_HOSTS: ")
    assert serving.output.count("\n") == 1


def test_postgres_itself_never_runs_as_root(start: Start) -> None:
    serving = start().until_ready()
    assert serving.child("postgres").uids().effective != 0


def test_nothing_listens_beyond_loopback(start: Start) -> None:
    serving = start().until_ready()
    for process in serving.family():
        for one in process.net_connections("inet"):
            if one.status == psutil.CONN_LISTEN:
                assert one.laddr.ip in ("127.0.0.1", "::1")


def test_a_dump_of_the_running_app_is_restored_while_it_is_stopped(
    start: Start, data_folder: Path
) -> None:
    serving = start().until_ready()
    dump = str(data_folder / "chat.dump")
    assert program(data_folder, "pg_dump", "--format=custom", f"--file={dump}")[0] == 0
    forget(data_folder)
    refused = program(data_folder, "pg_restore", "--clean", "--if-exists", dump)
    assert refused == (1, "Stop the app first: it would write between the lines.\n")
    serving.end()
    assert program(data_folder, "pg_restore", "--clean", "--if-exists", dump) == (0, "")
    start().until_ready()
    assert len(emails(data_folder)) == 3


def program(folder: Path, *arguments: str) -> tuple[int, str]:
    environ = {**os.environ, "DATA_DIR": str(folder)}
    environ.pop("DATABASE_URL")
    command = [sys.executable, "-m", "chatapp.ops.database", *arguments]
    done = subprocess.run(
        command, env=environ, check=False, cwd=PROJECT, capture_output=True, text=True
    )
    return done.returncode, done.stderr


def test_a_sigterm_sent_to_all_processes_is_still_an_orderly_end(start: Start) -> None:
    serving = start().until_ready()
    family = serving.family()
    for process in [*family, family[0]]:
        with suppress(psutil.NoSuchProcess):  # the first signals have ended it already
            process.terminate()
    assert serving.process.wait(WAIT_SECONDS) == 0
    assert are_gone(family)
