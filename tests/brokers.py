"""A Redis of our own, and workers of other processes that say what they do: begun for a test, and stopped with it."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

DEADLINE_S = 120
"""So long a worker may be silent, on a machine that is busy with other tests."""
PROGRAM = """
import django; django.setup()
from usine.commons import jobs
from usine.config import server
run = jobs.run
def say(word, what):
    print(word, what, flush=True)
def tell(job_id):
    ran = run(job_id)
    say("ran" if ran else "left", job_id)
    return ran
def hold(progress):
    say("took", progress.job_id)
    input()
jobs.run = tell
jobs.handler("hold")(hold)
server.receive(kinds=["hold", "reputation.take"])
"""
"""A worker that says which job it took, ran or left; a job "hold" ends once it is told to."""


def find_redis() -> str:
    """The program. It or its client is not installed: skipped with that reason, failed in CI."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found and find_spec("celery") and find_spec("redis"):
        return found
    reason = (
        "no Redis or no client of it: scripts/setup test installs both (Debian: apt-get install redis-server)"
    )
    if os.environ.get("REQUIRE_DATA") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


class Redis:
    """A server that keeps nothing when it stops."""

    def __init__(self, program: str, place: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"redis://127.0.0.1:{self.port}/0"
        self._command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(place)]
        self._command += ["--save", "", "--appendonly", "no", "--logfile", str(place / "redis.log")]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command)
        while self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as asked:
                    asked.sendall(b"PING\r\n")
                    if asked.recv(5) == b"+PONG":
                        return
            except OSError:
                continue
        raise AssertionError(f"{self._command[0]} ended with {self._process.returncode}.")

    def freeze(self) -> None:
        """It takes connections and answers nothing."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()


class Workers:
    """Processes that receive messages; what each says comes as (process, word, job), as it is said."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._said: queue.Queue[tuple[subprocess.Popen[str], str, int]] = queue.Queue()
        self._processes: list[subprocess.Popen[str]] = []

    def start(self, count: int) -> None:
        for _ in range(count):
            process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM],
                env={**os.environ, **self._environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self._processes.append(process)
            threading.Thread(target=self._listen, args=(process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            word, _space, job_id = line.partition(" ")
            if word in ("took", "ran", "left"):  # Celery says good-bye, too
                self._said.put((process, word, int(job_id)))

    def hear(self) -> tuple[subprocess.Popen[str], str, int]:
        """What is said next, by whichever."""
        return self._said.get(timeout=DEADLINE_S)

    def is_silent(self) -> bool:
        return self._said.empty()

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


def go_on(process: subprocess.Popen[str]) -> None:
    """Let it end the job that it holds."""
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()
