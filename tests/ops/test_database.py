"""The embedded PostgreSQL: it keeps what it was given, whatever ends it."""

import contextlib
import dataclasses
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from chatapp.ops.children import StartFailed, wait_until
from chatapp.ops.database import place as places
from chatapp.ops.database.server import CLEAN_ENVIRON, EmbeddedServer
from tests.environment import PROJECT
from tests.ops.as_nobody import as_nobody

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over to another user")


@pytest.fixture
def server(data_folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(data_folder, PROJECT)
    server.start()
    yield server
    server.stop()


def ask(server: EmbeddedServer, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def keep_a_word(server: EmbeddedServer) -> None:
    ask(server, "CREATE TABLE words AS SELECT 'kept' AS word")


def test_a_restart_keeps_what_was_stored(server: EmbeddedServer) -> None:
    keep_a_word(server)
    url = server.url
    server.stop()
    server.start()
    assert ask(server, "SELECT word FROM words") == [("kept",)]
    assert server.url == url


def test_the_cluster_is_made_to_be_safe_and_the_same_everywhere(server: EmbeddedServer) -> None:
    names = ("data_checksums", "fsync", "synchronous_commit", "full_page_writes")
    assert [ask(server, f"SHOW {name}") for name in names] == [[("on",)]] * 4
    assert ask(server, "SHOW password_encryption") == [("scram-sha-256",)]
    locale = "SELECT datlocprovider::text, datlocale FROM pg_database WHERE datname = 'chatapp'"
    assert ask(server, locale) == [("b", "C.UTF-8")]


def test_nobody_comes_in_without_the_password(server: EmbeddedServer) -> None:
    password = (server.place.home / "password").read_text()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url.replace(password, "guess"))


def test_it_listens_on_no_network(server: EmbeddedServer) -> None:
    assert server.pid
    connections = psutil.Process(server.pid).net_connections("inet")
    assert [one for one in connections if one.status == psutil.CONN_LISTEN] == []


def test_what_is_secret_is_private(server: EmbeddedServer) -> None:
    for name in (".", "data", "socket", "password"):
        assert (server.place.home / name).stat().st_mode & 0o077 == 0, name


def test_after_kill_9_of_the_server_the_next_start_finds_everything(
    server: EmbeddedServer,
) -> None:
    keep_a_word(server)
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    assert wait_until(lambda: server.pid is None, 10)
    server.start()
    assert ask(server, "SELECT word FROM words") == [("kept",)]


@pytest.mark.skipif(sys.platform != "linux", reason="there is no death signal elsewhere")
def test_a_server_dies_with_the_process_that_started_it(data_folder: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from chatapp.ops.database.server import EmbeddedServer\n"
        f"server = EmbeddedServer(Path({str(data_folder)!r}), Path({str(PROJECT)!r}))\n"
        "server.start(); print(server.pid, flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    assert owner.stdout
    pid = int(owner.stdout.readline())
    assert psutil.pid_exists(pid)
    owner.kill()
    owner.communicate()
    assert wait_until(lambda: not psutil.pid_exists(pid), 10)


def test_a_server_left_behind_is_stopped_by_the_next_start(server: EmbeddedServer) -> None:
    keep_a_word(server)
    server.stop()
    with _left_behind(server) as orphan:
        again = EmbeddedServer(server.place.home.parent, PROJECT)
        again.start()
        assert orphan.poll() is not None
        assert again.pid != orphan.pid
        assert ask(again, "SELECT word FROM words") == [("kept",)]
        again.stop()


@contextlib.contextmanager
def _left_behind(server: EmbeddedServer) -> Iterator[subprocess.Popen[bytes]]:
    """A server on the same folder without a master, as where no death signal exists."""
    account = server.place.account
    command = [server.place.bin / "postgres", "-D", server.cluster, "-h", "", "-k", "/tmp"]
    orphan = subprocess.Popen(
        command,
        env=CLEAN_ENVIRON,
        stderr=subprocess.DEVNULL,
        user=account.uid if account else None,
        group=account.gid if account else None,
    )
    pid_file = server.cluster / "postmaster.pid"
    assert wait_until(lambda: pid_file.exists() and "ready" in pid_file.read_text(), 10)
    yield orphan
    orphan.kill()
    orphan.wait()


def test_a_pid_file_whose_number_went_to_another_process_does_not_stop_a_start(
    server: EmbeddedServer,
) -> None:
    pid_file = server.cluster / "postmaster.pid"
    stale = pid_file.read_text()
    server.stop()
    account = server.place.account
    stranger = subprocess.Popen(["sleep", "60"], user=account.uid if account else None)
    pid_file.write_text("\n".join([str(stranger.pid), *stale.split("\n")[1:]]))
    server.start()
    assert server.pid
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_first_start_that_was_killed_half_way_begins_again(data_folder: Path) -> None:
    server = EmbeddedServer(data_folder, PROJECT)
    (server.place.home / "data.new" / "base").mkdir(parents=True)
    server.start()
    assert ask(server, "SELECT 1") == [(1,)]
    server.stop()


def test_a_folder_of_another_major_version_is_refused_with_advice(server: EmbeddedServer) -> None:
    server.stop()
    (server.cluster / "PG_VERSION").write_text("19\n")
    with pytest.raises(StartFailed, match=r"made by PostgreSQL 19, but .* brings 18: dump it"):
        server.start()


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("could not write: No space left on device", "the disk is full"),
        ("could not create: Read-only file system", "the file system is read-only"),
        ("could not open: Permission denied", "permission denied"),
        ("initdb: error: something new", "something new"),
    ],
)
def test_what_the_system_refuses_is_told_in_one_line(
    data_folder: Path, words: str, advice: str
) -> None:
    programs = data_folder / "bin"
    programs.mkdir()
    (programs / "initdb").write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n")
    (programs / "initdb").chmod(0o755)
    server = EmbeddedServer(data_folder, PROJECT)
    server.place = dataclasses.replace(server.place, bin=programs)
    with pytest.raises(StartFailed, match=advice) as caught:
        server.start()
    assert "\n" not in str(caught.value)


def test_a_folder_too_deep_for_a_socket_has_it_elsewhere(data_folder: Path) -> None:
    deep = data_folder / ("deep-" * 20)
    server = EmbeddedServer(deep, PROJECT)
    server.start()
    assert ask(server, "SELECT 1") == [(1,)]
    server.stop()
    shutil.rmtree(server._socket_folder)


@needs_root
def test_root_hands_the_server_to_another_user(server: EmbeddedServer) -> None:
    assert server.pid
    assert psutil.Process(server.pid).uids().real != 0


@needs_root
def test_root_changes_no_folder_that_is_not_its_own(data_folder: Path) -> None:
    inner = data_folder / "clone" / "data"
    inner.mkdir(parents=True)
    inner.parent.chmod(0o700)
    before = [path.stat() for path in (data_folder, inner.parent, inner)]
    server = EmbeddedServer(inner, PROJECT)
    server.start()
    assert "is kept in /var/lib/chatapp-" in server.place.notice
    keep_a_word(server)
    server.stop()
    again = EmbeddedServer(inner, PROJECT)
    again.start()
    assert ask(again, "SELECT word FROM words") == [("kept",)]
    again.stop()
    after = [path.stat() for path in (data_folder, inner.parent, inner)]
    assert [(s.st_mode, s.st_uid) for s in before] == [(s.st_mode, s.st_uid) for s in after]
    shutil.rmtree(again.place.home.parent)


@needs_root
def test_the_owner_of_the_project_is_the_first_choice(data_folder: Path) -> None:
    someone = pwd.getpwnam("nobody")
    project = data_folder / "project"
    project.mkdir()
    os.chown(project, someone.pw_uid, someone.pw_gid)
    assert places.choose(data_folder, project).account == places.Account(
        "nobody", someone.pw_uid, someone.pw_gid
    )


def test_a_normal_user_runs_the_server_as_himself(data_folder: Path) -> None:
    def run() -> str:
        server = EmbeddedServer(data_folder, PROJECT)
        server.start()
        uid = psutil.Process(server.pid).uids().real
        word = ask(server, "SELECT 'answered'")
        server.stop()
        return f"{uid == os.geteuid()} {server.place.account} {word}"

    assert as_nobody(run, data_folder) == "True None [('answered',)]"


def test_a_folder_that_a_normal_user_may_not_write_is_named(data_folder: Path) -> None:
    def run() -> str:
        try:
            EmbeddedServer(data_folder / "closed" / "data", PROJECT)
        except StartFailed as error:
            return str(error)
        return "started"

    (data_folder / "closed").mkdir()
    (data_folder / "closed").chmod(0o555)
    answer = as_nobody(run, data_folder)
    assert answer.startswith(f"Cannot write {data_folder}/closed/data: Permission denied.")


@needs_root
def test_a_folder_that_root_made_is_refused_to_a_normal_user(server: EmbeddedServer) -> None:
    def run() -> str:
        try:
            EmbeddedServer(server.place.home.parent, PROJECT)
        except StartFailed as error:
            return str(error)
        return "started"

    assert "belongs to user" in as_nobody(run, server.place.home.parent)
