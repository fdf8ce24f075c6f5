"""The tone of a mention as an alert counts it: towards whom the alert is about, or of what is said of its safety."""

from __future__ import annotations

from collections.abc import Iterable

from usine.reputation.contracts import AlertKind, Aspect, Sentiment
from usine.reputation.models import Alert, Mention, MentionAspect, MentionEntity


def read_tones(alert: Alert, mentions: Iterable[Mention]) -> dict[int, str]:
    """The tone of each by its key: towards the alert's subject, of its safety where the alert is about that.

    A mention that says neither has its own tone. At most two queries.
    """
    tones: dict[int, str] = {mention.pk: mention.sentiment for mention in mentions}
    towards = MentionEntity.objects.filter(mention__in=list(tones), entity=alert.subject)
    tones.update(towards.values_list("mention", "sentiment"))
    if alert.kind == AlertKind.SAFETY:
        of_safety = MentionAspect.objects.filter(
            mention__in=list(tones), aspect=Aspect.SAFETY, entity__in=("", alert.subject)
        )
        rows = list(of_safety.order_by("entity").values_list("mention", "sentiment"))
        tones.update(rows)  # what is said of the subject, before what is said of nobody
        tones.update(row for row in rows if row[1] == Sentiment.NEGATIVE)  # which is what was counted
    return tones
