"""What the desk shows of a market's duties and of the rights that end soon."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from usine.commons.errors import UsineError
from usine.launches.duties.judging import Finding, Judgement
from usine.launches.duties.sites import judge_market
from usine.launches.duties.table import DutyStanding
from usine.launches.rules import PATHS
from usine.launches.sources.rights import list_ending, list_rights
from usine.offers.public import get_today

FINDINGS = {
    Finding.MISSING: (gettext_lazy("missing"), "s-block"),
    Finding.WARNING: (gettext_lazy("to be confirmed"), "s-stale"),
    Finding.MET: (gettext_lazy("met"), "s-done"),
    Finding.NOT_CALLED: (gettext_lazy("not called for"), "s-na"),
}
"""In the order in which they are read: what keeps the site from being published first."""


def show_duties(vehicle: str, market: str) -> dict[str, Any]:
    """`duties`, `duties_said` and `ending` for the page of a market; `duties_fault` says why nothing is judged."""
    ending = list_ending(list_rights(vehicle), get_today(), market=market)
    try:
        judged = judge_market(vehicle, market)
    except UsineError as error:
        return {"duties_fault": str(error), "ending": ending}
    missing = sum(found.finding is Finding.MISSING for found in judged)
    said: str = _("Nothing is missing: the site can be published.")
    if missing:
        said = ngettext(
            "%(count)s duty is missing: the site cannot be published.",
            "%(count)s duties are missing: the site cannot be published.",
            missing,
        ) % {"count": missing}
    rank = {finding: number for number, finding in enumerate(FINDINGS)}
    ordered = sorted(judged, key=lambda found: rank[found.finding])
    return {"duties": [_show(found) for found in ordered], "duties_said": said, "ending": ending}


def _show(found: Judgement) -> dict[str, Any]:
    label, glyph = FINDINGS[found.finding]
    duty = found.duty
    is_unsure = duty.standing is DutyStanding.UNSURE and found.finding is Finding.MET
    return {
        "duty": duty.duty,
        "source": duty.source,
        "since": duty.since,
        "do": duty.do,
        "address": f"/{found.locale.path}/{found.vehicle}/{PATHS[found.page]}",
        "label": _("met, to be confirmed") if is_unsure else label,
        "glyph": glyph,
        "what": found.what,
    }
