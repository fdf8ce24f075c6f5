"""Blocks that the centre has every site show as it says them: legal sentences, safety, a correction that cannot wait.

What a locale says of such a block is kept and passed over; lifted, it shows again. Languages go on speaking: they are
the centre's own words.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from usine.accounts.contracts import Actor, Role
from usine.commons.errors import Forbidden, UsineError
from usine.commons.facts import record_fact
from usine.launches.content.texts import ContentInvalid
from usine.launches.models import Mandate, Overlay
from usine.launches.rules import ResolvedBlock, digest_block, find_heading, is_local_scope
from usine.launches.sources.masters import LaunchNotFound, read_master

LONGEST_REASON = 500  # characters


class BlockMandated(UsineError):
    """The centre says this block everywhere; a market cannot say it otherwise."""

    code = "block_mandated"
    http_status = 409


def mandate_block(vehicle: str, block_id: str, *, reason: str, by: Actor) -> Mandate:
    """Have every site show the block as the centre says it, from its next publication on.

    Raises Forbidden for anybody but the centre; ContentInvalid without a reason, for a block that the master does not
    have, or where it is mandated already.
    """
    _check_central(by)
    reason = " ".join(reason.split())
    if not reason:
        raise ContentInvalid(_("Say why every site has to show this block: the markets will read it."))
    if len(reason) > LONGEST_REASON:
        raise ContentInvalid(
            _("Say why in %(most)s characters at most; these are %(count)s.")
            % {"most": LONGEST_REASON, "count": len(reason)}
        )
    if block_id not in {block.id for block in _list_blocks(vehicle)}:
        raise ContentInvalid(_("The master has this block no more: reload the page."))
    try:
        with transaction.atomic():
            mandate = Mandate.objects.create(
                vehicle=vehicle, block_id=block_id, since=timezone.now(), by=by.name, reason=reason
            )
            record_fact("BlockMandated", by=by.name, subject=vehicle, block=block_id, reason=reason)
    except IntegrityError as error:
        raise ContentInvalid(_("Every site shows this block already: reload the page.")) from error
    return mandate


def lift_mandate(vehicle: str, block_id: str, *, by: Actor) -> None:
    """Let the markets say the block again; what they said before shows from their next publication on.

    Raises Forbidden for anybody but the centre; LaunchNotFound where nothing is mandated.
    """
    _check_central(by)
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update().filter(vehicle=vehicle, block_id=block_id).first()
        if mandate is None:
            raise LaunchNotFound(_("This block is not mandated any more: reload the page."))
        mandate.delete()
        record_fact("MandateLifted", by=by.name, subject=vehicle, block=block_id, reason=mandate.reason)


def map_mandates(vehicle: str) -> dict[str, Mandate]:
    """The mandates of a vehicle by block. One query."""
    return {mandate.block_id: mandate for mandate in Mandate.objects.filter(vehicle=vehicle)}


def check_not_mandated(vehicle: str, block_id: str, scope: str) -> None:
    """Raise BlockMandated, with who and why, where a locale would say otherwise what the centre says everywhere."""
    if not is_local_scope(scope):
        return
    mandate = Mandate.objects.filter(vehicle=vehicle, block_id=block_id).first()
    if mandate is not None:
        raise BlockMandated(
            _(
                "%(by)s has every site show this block since %(since)s: %(reason)s What was "
                "said here is kept; ask the central team to lift it."
            )
            % {"by": mandate.by, "since": f"{mandate.since:%Y-%m-%d}", "reason": mandate.reason}
        )


def list_old_languages(vehicle: str, blocks: Iterable[ResolvedBlock]) -> dict[str, list[str]]:
    """The languages whose text of a block is older than the master's, by block: the centre has yet to say it there."""
    digests = {block.id: digest_block(block) for block in blocks}
    found: dict[str, list[str]] = {}
    for row in Overlay.objects.filter(vehicle=vehicle, block_id__in=list(digests)).order_by("scope"):
        if not is_local_scope(row.scope) and row.master_digest != digests[row.block_id]:
            found.setdefault(row.block_id, []).append(row.scope)
    return found


def _check_central(by: Actor) -> None:
    if by.role is not Role.CENTRAL:
        raise Forbidden(
            _("%(by)s does not decide what every site shows: ask the central team.") % {"by": by.name}
        )


def _list_blocks(vehicle: str) -> Iterable[ResolvedBlock]:
    for page in read_master(vehicle).values():
        yield from (find_heading(page), *page.blocks)
