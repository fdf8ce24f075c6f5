"""A real S3 service of our own (SeaweedFS): begun for the tests that ask for it, and stopped with them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

PORTS = ("master", "volume", "filer", "s3")
BUCKET = "usine"


@contextmanager
def run_s3(place: Path) -> Iterator[str]:
    """The address of a service with an empty bucket. Not installed: skipped with that reason, failed in CI."""
    weed = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    try:
        import boto3
    except ImportError:
        weed = None
    if weed is None:
        reason = "no S3 service or client: scripts/setup test installs both"
        if os.environ.get("REQUIRE_DATA") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    ports = find_ports(2 * len(PORTS))
    choices = [f"-{name}.port={ports.pop()}" for name in PORTS]
    choices += [f"-{name}.port.grpc={ports.pop()}" for name in PORTS]
    address = f"http://127.0.0.1:{choices[PORTS.index('s3')].rpartition('=')[2]}"
    command = [
        weed,
        "server",
        f"-dir={place}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-filer",
        "-s3",
        *choices,
    ]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"]
    command += ["-volume.max=10", "-master.volumeSizeLimitMB=16"]
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=place)
    try:
        make_bucket(boto3.client("s3", endpoint_url=address, region_name="us-east-1"), process, place / "log")
        yield address
    finally:
        process.kill()
        process.wait()


def find_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def make_bucket(client, process: subprocess.Popen[bytes], log: Path) -> None:
    """As soon as the service has begun, which it takes some seconds for."""
    from botocore.exceptions import BotoCoreError, ClientError

    while process.poll() is None:
        try:
            if not client.list_buckets()["Buckets"]:
                client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="first", Body=b"")
            return
        except (BotoCoreError, ClientError):
            continue
    raise AssertionError(log.read_text("utf-8", "replace"))
