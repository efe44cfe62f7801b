"""The simulator as a process: it says where it is, and ends when it should."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import psutil
import pytest

MODULE = "chatapp.claude.simulator"
# A parent that starts the simulator, tells its id, and waits to be killed.
PARENT = f"""
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-m", "{MODULE}", "--parent-pid", str(os.getpid())])
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", MODULE, "--port", "0", "--speed", "0", "--first", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        yield running
        running.kill()


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    words = process.stdout.readline().split()
    assert words[:2] == ["listening", "on"]
    return words[2]


def test_it_tells_its_address_and_answers_there(process: subprocess.Popen[str]) -> None:
    url = address(process)
    assert httpx.get(f"{url}/simulator/requests").json() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(process: subprocess.Popen[str], number: int) -> None:
    url = address(process)
    body = {"model": "claude-opus-5-5", "max_tokens": 9, "stream": True}
    question = {"messages": [{"role": "user", "content": "[[sim: stall after 0 for 60]]"}]}
    headers = {"x-api-key": "k", "anthropic-version": "2026-10-21"}
    with httpx.stream("POST", f"{url}/v1/messages", json={**body, **question}, headers=headers):
        process.send_signal(number)
        assert process.wait(10) == 0


def test_batches_take_the_time_that_was_asked_for() -> None:
    options = ["--batch-delay", "600", "--batch-lifetime", "1800"]
    message: dict[str, Any] = {"model": "claude-opus-5-5", "max_tokens": 9}
    message["messages"] = [{"role": "user", "content": "Hello?"}]
    headers = {"x-api-key": "k", "anthropic-version": "2026-10-21"}
    with subprocess.Popen(
        [sys.executable, "-m", MODULE, *options], stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            url = f"{address(running)}/v1/messages/batches"
            requests = {"requests": [{"custom_id": "a", "params": message}]}
            made = httpx.post(url, json=requests, headers=headers).json()
            found = httpx.get(f"{url}/{made['id']}", headers=headers).json()
        finally:
            running.kill()
    begun, over = (datetime.fromisoformat(found[name]) for name in ("created_at", "expires_at"))
    assert found["processing_status"] == "in_progress"
    assert over - begun == timedelta(seconds=1800)


def test_a_taken_port_is_one_clear_line(process: subprocess.Popen[str]) -> None:
    port = address(process).rsplit(":", 1)[1]
    command = [sys.executable, "-m", MODULE, "--port", port]
    second = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert second.returncode == 1
    assert second.stderr.startswith("cannot listen on 127.0.0.1:")
    assert second.stderr.count("\n") == 1


def test_it_dies_with_its_parent() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert "listening" in parent.stdout.readline()
        os.kill(parent.pid, signal.SIGKILL)
        psutil.wait_procs([child], timeout=10)
        assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
