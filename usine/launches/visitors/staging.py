"""What a guest sees: a market's site as it would be published, at an address of its own, marked as not public."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from usine.launches.publishing.previews import render_adapted
from usine.launches.rules import PAGE_KINDS, PATHS
from usine.launches.sources.masters import get_launch
from usine.launches.workflow.guests import Invitation, read_invitation, record_opening
from usine.markets.contracts import Locale
from usine.markets.public import format_date, get_market, market_name

KINDS = {path: kind for kind, path in PATHS.items()}
HEAD_LINK = re.compile(r'<link rel="(?:canonical|alternate)"[^>]*>\n?')
ROOT_LINK = re.compile(r'href="/"')
BODY = re.compile(r"<body[^>]*>")


@require_safe
def show_staging(
    request: HttpRequest, token: str, locale_path: str, vehicle: str, rest: str = ""
) -> HttpResponse:
    """A page of the site that the address invites to, its links within the address, a band over it."""
    invitation = read_invitation(token)
    locale = _find_locale(invitation, locale_path, vehicle)
    kind = KINDS.get(rest, "")
    if kind in PAGE_KINDS:
        html = render_adapted(vehicle, kind, locale)
    else:  # another room's page, which needs a site that is live
        html, kind = _render_closed(invitation, locale), rest[:60]
    response = HttpResponse(_enclose(html, token, invitation, locale))
    if request.method == "GET":
        record_opening(invitation, kind)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is a key: it goes to nobody else
    return response


def _find_locale(invitation: Invitation, path: str, vehicle: str) -> Locale:
    for locale in get_market(invitation.market).locales:
        if locale.path == path and vehicle == invitation.vehicle:
            return locale
    raise Http404


def _render_band(invitation: Invitation, locale: Locale) -> str:
    zone = ZoneInfo(get_market(invitation.market).time_zone)
    context = {
        "name": get_launch(invitation.vehicle).title,
        "market": market_name(locale.market, language=locale.language),
        "date": format_date(invitation.until.astimezone(zone).date(), locale=locale),
    }
    with translation.override(locale.language):
        return render_to_string("launches/_staging_band.html", context)


def _render_closed(invitation: Invitation, locale: Locale) -> str:
    context = {
        "title": get_launch(invitation.vehicle).title,
        "around": locale,
        "home": f"/{locale.path}/{invitation.vehicle}/",
    }
    with translation.override(locale.language):
        return render_to_string("launches/staging_closed.html", context)


def _enclose(html: str, token: str, invitation: Invitation, locale: Locale) -> str:
    """Links of the site lead on within the address; what tells search engines of public addresses is left out."""
    vehicle = invitation.vehicle
    first = reverse("staging", args=[token, locale.path, vehicle])
    inside = first.removesuffix(f"/{locale.path}/{vehicle}/")
    paths = "|".join(re.escape(own.path) for own in get_market(invitation.market).locales)
    html = re.sub(rf'(?<=")/(?=(?:{paths})/{re.escape(vehicle)}/)', f"{inside}/", html)
    html = HEAD_LINK.sub("", ROOT_LINK.sub(f'href="{first}"', html))
    html = html.replace("</head>", '<meta name="robots" content="noindex, nofollow"></head>', 1)
    return BODY.sub(lambda found: f"{found[0]}\n{_render_band(invitation, locale)}", html, count=1)
