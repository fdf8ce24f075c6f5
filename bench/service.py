"""The service under clicks: 10,000 sessions open, 500 clicks a second arriving at random, one process a core.

`python bench/service.py [--rate 500] [--seconds 20]` publishes the demo in a folder of its own, serves it as `make run`
does, and asks `/<site>/oree/configurator/answers/` over kept connections, then `answers/<offer>/` as the answer says. A
click goes one choice further in a session drawn at random, choosing among what its last answer said is valid. Arrivals
are Poisson and do not wait for answers; a latency counts from the moment at which the click was due (no coordinated
omission). The connections are kept as a proxy keeps them, some to each process. The generator shares the cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.record import keep  # noqa: E402
from usine.config.web import web_command  # noqa: E402

SITE = "/fr-fr/oree/configurator/answers/"
SESSIONS = 10_000
CONNECTIONS = 64


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--seconds", type=float, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "USINE_VAR": folder}
        run = [sys.executable, "-m", "usine.config.cli"]
        subprocess.run(
            [*run, "demo", "load"], env=environment, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL
        )
        port, cores = _free_port(), os.cpu_count() or 1
        command = web_command(host="127.0.0.1", port=port, processes=cores)
        server = subprocess.Popen(command, env=environment, cwd=PROJECT)
        try:
            asyncio.run(Load(port, args.rate, args.seconds, server.pid).run())
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Load:
    def __init__(self, port: int, rate: float, seconds: float, server: int):
        self.port, self.rate, self.seconds, self.server = port, rate, seconds, server
        self.draw = random.Random(5)
        self.choices: list[dict[str, str]] = [{} for _ in range(SESSIONS)]
        self.latencies: list[float] = []
        self.site = SITE  # with the offer's key once an answer named it
        self.free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()

    async def run(self) -> None:
        for _ in range(600):
            try:
                await self._connect()
                break
            except OSError:
                await asyncio.sleep(0.1)
        await self._reach_every_worker()
        await asyncio.gather(*(self._click(0.0) for _ in range(400)))
        self.latencies.clear()
        before = _memory(self.server)
        start = time.perf_counter()
        await self._arrive(start)
        self._tell(before, _memory(self.server), time.perf_counter() - start)

    async def _reach_every_worker(self) -> None:
        """Connections as a proxy keeps them, to all processes: the first one that is up would take them all."""
        for _ in range(50):
            shares = _connections(self.server)
            if min(shares, default=0) >= CONNECTIONS / max(len(shares), 1) / 2:
                break
            while not self.free.empty():
                (await self.free.get())[1].close()
            for _ in range(CONNECTIONS):
                await self._connect()
                await self._click(0.0)
        print(f"connections by process: {', '.join(map(str, shares))}")

    async def _connect(self) -> None:
        await self.free.put(await asyncio.open_connection("127.0.0.1", self.port))

    async def _arrive(self, start: float) -> None:
        due, clicks = start, []
        while due < start + self.seconds:
            due += self.draw.expovariate(self.rate)
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            clicks.append(asyncio.create_task(self._click(due)))
        await asyncio.gather(*clicks)

    async def _click(self, due: float) -> None:
        session = self.draw.randrange(SESSIONS)
        reader, writer = await self.free.get()
        path = f"{self.site}?{urlencode(self.choices[session])}"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = next(int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:"))
        body = await reader.readexactly(length)
        self.latencies.append(1000 * (time.perf_counter() - due))
        await self.free.put((reader, writer))
        assert head.startswith("http/1.1 200"), head
        answer = json.loads(body)
        self.site = f"{SITE}{answer['offer']}/"
        self._go_on(session, answer)

    def _go_on(self, session: int, answer: dict) -> None:
        """One more choice; a car of twenty is finished and another visitor comes."""
        chosen = answer["choices"]
        left = [name for name, values in answer["valid"].items() if name not in chosen and len(values) > 1]
        if not left or len(chosen) >= 20:
            self.choices[session] = {}
            return
        name = self.draw.choice(left)
        self.choices[session] = {**chosen, name: self.draw.choice(list(answer["valid"][name]))}

    def _tell(self, before: int, after: int, seconds: float) -> None:
        times = sorted(self.latencies)
        at = {f"p{q}": times[int(q / 100 * (len(times) - 1))] for q in (50, 99, 99.9)}
        rate = len(times) / seconds
        print(
            "| sessions | clicks/s | clicks | median, ms | p99, ms | p99.9, ms | memory before, MB | after, MB |"
        )
        print("|---|---|---|---|---|---|---|---|")
        print(
            f"| {SESSIONS} | {rate:.0f} | {len(times)} | {at['p50']:.1f} | {at['p99']:.1f} | {at['p99.9']:.1f} "
            f"| {before} | {after} |"
        )
        keep("service", {"sessions": SESSIONS, "rate": rate, "before_mb": before, "after_mb": after, **at})


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _connections(pid: int) -> list[int]:
    """The open connections of each worker of a server."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    open_ = {f"socket:[{row[9]}]" for row in rows if row[3] == "01"}
    return [
        sum(_target(link) in open_ for link in Path(f"/proc/{child}/fd").iterdir())
        for child in _children(pid)
    ]


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except FileNotFoundError:  # closed meanwhile
        return ""


def _memory(pid: int) -> int:
    """Proportional set size of a process and its children, MB: shared pages count once."""
    total = 0
    for process in (str(pid), *_children(pid)):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total // 1024


if __name__ == "__main__":
    main()
