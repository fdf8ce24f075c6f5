"""The tone of a mention as an alert counts it: towards whom the alert is about, or of what is said of its safety."""

from __future__ import annotations

from collections.abc import Iterable

from usine.reputation.contracts import AlertKind
from usine.reputation.models import Alert, Mention
from usine.reputation.trouble.evidence import find_tone


def read_tones(alert: Alert, mentions: Iterable[Mention]) -> dict[int, str]:
    """The tone of each by its key, as `find_tone` has it. One query."""
    rows = Mention.objects.filter(pk__in={mention.pk for mention in mentions})
    tone = find_tone(AlertKind(alert.kind), alert.subject)
    return dict(rows.annotate(tone=tone).values_list("pk", "tone"))
