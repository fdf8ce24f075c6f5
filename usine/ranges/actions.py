"""Verbs on ranges."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from usine.accounts.contracts import Actor
from usine.commons.facts import record_fact
from usine.kernel import to_bytes
from usine.ranges.contracts import RangeRelease
from usine.ranges.models import RangeVersion
from usine.ranges.queries import remember
from usine.ranges.release import build_release
from usine.ranges.source import PARTS


def release_range(folder: Path, *, by: Actor) -> RangeRelease:
    """Keep the release of a folder, once for the same content; an older one released again becomes the current one."""
    release = build_release(folder)
    with transaction.atomic():
        version, is_new = RangeVersion.objects.get_or_create(
            key=release.key,
            defaults={
                "vehicle": release.vehicle,
                "version": release.version,
                "files": _texts(folder),
                "artefact": to_bytes(release.compiled),
                "released_at": timezone.now(),
                "by": by.name,
            },
        )
        if not is_new:
            RangeVersion.objects.filter(pk=version.pk).update(released_at=timezone.now())
        record_fact(
            "RangeReleased", by=by.name, subject=release.vehicle, key=release.key, version=release.version
        )
    return remember(release)


def _texts(folder: Path) -> dict[str, str]:
    files = [folder / "range.yaml"]
    for part, suffix in PARTS.items():
        files.extend(sorted((folder / part).glob(f"*{suffix}")))
    return {str(file.relative_to(folder)): file.read_text("utf-8-sig") for file in files}
