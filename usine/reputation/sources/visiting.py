"""One visit to one source: what is new goes to the intake, and only then is it known as heard."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from usine.commons.errors import UsineError
from usine.reputation.cleaning import Refused
from usine.reputation.contracts import Heard, SourceInvalid
from usine.reputation.models import Source
from usine.reputation.sources.connectors import Connector, check_options
from usine.reputation.sources.fetching import Fetcher, FetchFailed, Stopped
from usine.reputation.sources.health import Draw, keep_visit, write_refusals
from usine.reputation.sources.registry import CONNECTORS
from usine.reputation.sources.taking import TakeIn, read_place

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visited:
    """How a visit went: how many mentions were handed over, and why it ended early, empty if it did not.

    `refused` says how many of the mentions the intake did not store and why the last of them; empty: all are stored.
    """

    slug: str
    mentions: int
    error: str = ""
    refused: str = ""


def visit(
    source: Source,
    *,
    now: datetime,
    take_in: TakeIn,
    fetcher: Fetcher,
    draw: Draw = random.random,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Visited:
    """Collect one source. The cursor is kept after each batch that `take_in` has stored, so that a kill at any moment
    loses nothing: what was stored but not yet known is heard once more, under the same `external_id`.

    A source that fails in any way is written down as failing; it never stops others. `is_stopped` ends the visit
    between two batches.
    """
    count, error, wait, spoke_at = 0, "", None, source.heard_at
    refused: list[Refused] = []
    try:
        place, connector = read_place(source), find_connector(source)
        check_options(connector, place)
        for batch in connector.collect(place, dict(source.cursor), fetcher, now=now):
            if batch.heard:
                handed = _leave_out_twins(batch.heard)
                refused += take_in(handed, by=f"source:{source.slug}", now=now).refused
                count += len(handed)
                source.refusals = write_refusals(refused, of=count, now=now)
                spoke_at = _find_last_word(source, batch.heard, spoke_at, now)
            source.cursor = dict(batch.cursor)
            source.save(update_fields=["cursor", "refusals"])
            if is_stopped():
                break
    except Stopped:
        Source.objects.filter(pk=source.pk).update(next_at=now)
        return Visited(source.slug, count, refused=_tell_refused(source.slug, refused, count))
    except FetchFailed as failure:
        error, wait = str(failure), failure.retry_after_s
    except UsineError as failure:
        error = str(failure)
    except Exception as failure:
        log.exception("The source %s", source.slug)
        error = f"{type(failure).__name__}: {failure}"
    keep_visit(source, now=now, spoke_at=spoke_at, draw=draw, error=error, retry_after_s=wait)
    return Visited(source.slug, count, error, _tell_refused(source.slug, refused, count))


def find_connector(source: Source) -> Connector:
    """Raises SourceInvalid for a connector that there is not."""
    if source.connector not in CONNECTORS:
        known = ", ".join(sorted(CONNECTORS))
        raise SourceInvalid(
            f"The source {source.slug} has the connector {source.connector}: there are {known}."
        )
    return CONNECTORS[source.connector]


def _leave_out_twins(heard: Sequence[Heard]) -> tuple[Heard, ...]:
    """Of one `external_id`, the last is what the source says now."""
    return tuple({one.external_id: one for one in heard}.values())


def _tell_refused(slug: str, refused: Sequence[Refused], count: int) -> str:
    """A sentence for the log and for who listens; empty when nothing was refused."""
    if not refused:
        return ""
    said = f"{len(refused)} of {count} mentions refused, the last one: {refused[-1].reason}"
    log.warning("The source %s: %s", slug, said)
    return said


def _find_last_word(
    source: Source, heard: Sequence[Heard], spoke_at: datetime | None, now: datetime
) -> datetime:
    """When a source spoke last: now, but on a first visit, which finds old things too, when the newest was said."""
    if source.heard_at is not None:
        return now
    newest = max(one.published_at for one in heard)
    return max(newest, spoke_at) if spoke_at else newest
