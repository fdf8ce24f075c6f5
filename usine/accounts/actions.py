"""Accounts are created here, and only here."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from usine.accounts.contracts import SYSTEM, Actor, Role
from usine.accounts.models import Membership, User
from usine.commons.errors import UsineError
from usine.commons.facts import record_fact
from usine.markets.public import get_market

EDITORS = "Central editors"


class AccountInvalid(UsineError):
    code = "account_invalid"
    http_status = 422


@transaction.atomic
def create_account(
    username: str, *, name: str, password: str, role: Role, markets: Iterable[str] = (), by: Actor = SYSTEM
) -> int:
    """Create the account or bring it to these values; returns its id. Repeatable.

    A market account needs at least one market, a central one takes none (AccountInvalid, MarketNotFound).
    """
    codes = sorted({get_market(code).code for code in markets})
    if (role is Role.MARKET) != bool(codes):
        raise AccountInvalid(
            f"The account {username} has the role {role} and {len(codes)} markets: give a market account "
            "its markets, a central account none."
        )
    user, is_new = User.objects.get_or_create(username=username)
    user.first_name, _, user.last_name = name.partition(" ")
    if not user.check_password(password):
        user.set_password(password)
    user.save()
    _set_memberships(user, role, codes)
    _set_editing(user, may_edit=role is Role.CENTRAL)
    if is_new:
        record_fact("AccountCreated", by=by.name, subject=username, role=str(role), markets=codes)
    return user.pk


def _set_memberships(user: User, role: Role, codes: list[str]) -> None:
    wanted = {(role.value, code) for code in codes} or {(role.value, "")}
    for membership in user.memberships.all():
        pair = (membership.role, membership.market)
        if pair in wanted:
            wanted.discard(pair)
        else:
            membership.delete()
    Membership.objects.bulk_create(
        Membership(user=user, role=role_, market=market) for role_, market in sorted(wanted)
    )


def _set_editing(user: User, *, may_edit: bool) -> None:
    """Central people edit the master in Wagtail; market people do not enter it."""
    if may_edit:
        user.groups.add(get_editors())
    else:
        user.groups.remove(*Group.objects.filter(name=EDITORS))


def get_editors() -> Group:
    """The Wagtail group of the central team: enters the CMS, edits and publishes pages, images and documents."""
    from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

    group, _ = Group.objects.get_or_create(name=EDITORS)
    group.permissions.add(
        *Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    pages = Permission.objects.filter(
        content_type__app_label="wagtailcore",
        codename__in=("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    )
    media = Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"),
        codename__in=(
            "add_image",
            "change_image",
            "choose_image",
            "add_document",
            "change_document",
            "choose_document",
        ),
    )
    for permission in pages if root else ():
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    for permission in media if collection else ():
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=permission
        )
    return group
