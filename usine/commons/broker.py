"""A broker tells the workers of every machine at once that a job may be taken: Celery, where BROKER names a Redis.

A message says "the job N may be taken" and nothing else. The table of jobs stays the truth: a message that is late,
doubled or of a job that somebody has taken does nothing, and one that is lost is missed by `sweeping`.
"""

from __future__ import annotations

import logging
import os
import re
import time
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from usine.commons.errors import UsineError

TASK = "usine.take"
SCHEMES = ("redis", "rediss")
CONNECT_S, ANSWER_S = 2.0, 4.0
"""So long a request waits for a broker that is not there or does not answer, once: others go on without it for RETRY_S.
"""
RETRY_S = 5.0
log = logging.getLogger(__name__)

Take = Callable[[int], None]
"""Runs the job of that id if it may be taken, and returns when it is over."""


class BrokerAway(UsineError):
    """It cannot be reached now, or not from here."""

    code = "broker_away"


class _Outage:
    """Of this process: until when nobody asks again."""

    until = float("-inf")


def is_used() -> bool:
    return bool(settings.BROKER)


def is_away() -> bool:
    """Whether it did not answer a moment ago."""
    return time.monotonic() < _Outage.until


def name_queue(kind: str) -> str:
    """Each kind of job has a queue of its own, so that a machine may serve some of them."""
    return "usine." + re.sub(r"[^\w.-]", ".", kind)


def send(job_id: int, kind: str) -> None:
    """Tell one worker that the job may be taken. Raises BrokerAway, at once where it was away a moment ago."""

    def publish() -> None:
        _app().send_task(TASK, (job_id,), queue=name_queue(kind), ignore_result=True, retry=False)

    _ask(publish)


def count_messages(kind: str) -> int:
    """How many no worker has fetched. Raises BrokerAway."""

    def count() -> int:
        with _app().connection_for_write() as connection:
            channel = connection.default_channel
            try:
                return int(channel.queue_declare(name_queue(kind), passive=True).message_count)
            except connection.channel_errors:  # there is no such queue: it is empty
                return 0

    return int(_ask(count))


def _ask(question: Callable[[], Any]) -> Any:
    if is_away():
        raise BrokerAway(f"{_describe()} did not answer a moment ago.")
    _app()  # says what is missing before anything of it is imported
    from kombu.exceptions import OperationalError
    from redis import RedisError

    try:
        return question()
    except (OperationalError, RedisError, OSError) as error:
        _Outage.until = time.monotonic() + RETRY_S
        raise BrokerAway(f"{_describe()} does not answer: {str(error).rstrip('.')}.") from error


def receive(kinds: Iterable[str], take: Take) -> int:
    """Take jobs of these kinds as messages come, one at a time, in this thread, until SIGTERM; returns the exit status.

    A broker that goes away is waited for. Raises BrokerAway where none is named or its client is missing.
    """
    app = _app()
    from celery.exceptions import CPendingDeprecationWarning

    # a job goes on when the broker is lost, and Celery says each time that it will not one day
    warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)
    app.task(take, name=TASK, ignore_result=True)
    worker = app.Worker(
        hostname=f"usine-{os.getpid()}@%h",
        pool="solo",  # a publication forks its own hands, which a thread or a pool's process cannot
        concurrency=1,
        queues=sorted(map(name_queue, kinds)),
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def is_stopping() -> bool:
    """Whether this process was asked to end while it ran a job that a message brought."""
    from celery.worker import state

    return state.should_stop is not None or state.should_terminate is not None


def _app() -> Any:
    if not is_used():
        raise BrokerAway("No broker is named: set USINE_BROKER=redis://HOST:6379/0.")
    return _make_app(settings.BROKER)


@lru_cache(maxsize=1)
def _make_app(address: str) -> Any:
    """Celery without what it has for Django: it would close the database after every job."""
    if urlsplit(address).scheme not in SCHEMES:
        raise BrokerAway(f"USINE_BROKER={_describe()}: only redis:// and rediss:// are spoken.")
    try:
        import redis  # noqa: F401
        from celery import Celery
    except ImportError as error:
        raise BrokerAway(
            f"The broker's client is not installed ({error.name}): "
            ".venv/bin/pip install --require-hashes -r requirements/broker.txt."
        ) from error
    app = Celery("usine", broker=address, fixups=[], set_as_current=False)
    app.conf.update(
        broker_connection_timeout=CONNECT_S,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,  # a worker waits for it, however long
        broker_transport_options={
            "socket_connect_timeout": CONNECT_S,
            "socket_timeout": ANSWER_S,
            "max_retries": 0,
        },
        task_acks_late=True,  # a worker that is busy holds no message that another could have
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_enable_remote_control=False,
    )
    return app


def _describe() -> str:
    """The broker's address without its password."""
    parts = urlsplit(settings.BROKER)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"
