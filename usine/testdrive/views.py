"""The virtual test drive: the page that drives a car, what it sends when a drive is over, the page of a kept drive."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from usine.commons import ratelimit
from usine.journeys.public import read_car
from usine.launches.public import get_frame
from usine.markets.contracts import Locale
from usine.markets.public import get_locale
from usine.offers.public import get_offer, get_offer_on_sale
from usine.testdrive import actions, queries, rules
from usine.testdrive.contracts import DriveInvalid
from usine.testdrive.film import find_film
from usine.testdrive.kit import find_unit, make_kit
from usine.testdrive.showing import LENGTHS_M, show_summary, tell_distance

DRIVES_PER_HOUR = 60
TOKEN = re.compile(r"[a-z0-9]{16,32}")


@require_safe
def show_drive(request: HttpRequest, locale_path: str, vehicle: str) -> HttpResponse:
    """The page of a drive; without scripts it tells what it would be, the car's figures, and where to book."""
    locale = get_locale(locale_path)
    frame = get_frame(vehicle, locale=locale, current="test-drive")
    offer = get_offer_on_sale(frame.offer_key)
    car = read_car(offer, request.GET.dict(), locale=locale)
    base = f"/{locale.path}/{vehicle}/"
    with translation.override(locale.language):
        return render(
            request,
            "testdrive/drive.html",
            {
                "frame": frame,
                "car": car,
                "base": base,
                "is_a_car": bool(request.GET),
                "kit": make_kit(offer, car, locale=locale, results=f"{base}virtual-drive/results/"),
                "lengths": _tell_lengths(locale),
                "film": find_film(vehicle, language=locale.language),
            },
        )


@require_POST
def keep(request: HttpRequest, locale_path: str, vehicle: str) -> JsonResponse:
    """Keep a finished drive: 201 with the address of its page. The query names the car, the body tells the drive."""
    ratelimit.check(ratelimit.client_key(request, "virtual-drive"), limit=DRIVES_PER_HOUR, window_s=3600)
    locale = get_locale(locale_path)
    frame = get_frame(vehicle, locale=locale, current="test-drive")
    token = request.headers.get("Idempotency-Key", "")
    if not TOKEN.fullmatch(token):
        raise DriveInvalid("The drive has no key of its own.")
    summary = rules.parse_summary(request.body)
    offer = get_offer_on_sale(frame.offer_key)
    car = read_car(offer, request.GET.dict(), locale=locale)
    if summary.unit != (find_unit(offer, car) or summary.unit):
        raise DriveInvalid(f"{car.title} does not count what it uses in {summary.unit}.")
    drive = actions.keep_drive(summary, offer=offer, locale=locale, choices=car.choices, token=token)
    return JsonResponse({"address": f"/{locale.path}/{vehicle}/virtual-drive/{drive.code}/"}, status=201)


@require_safe
def show_kept(request: HttpRequest, locale_path: str, vehicle: str, code: str) -> HttpResponse:
    """A kept drive in the visitor's language and units, its car, and the way to a real one.

    Prices and dealers are those of a market: from another one its page is that where it was driven.
    """
    locale = get_locale(locale_path)
    drive = queries.get_drive(code, vehicle=vehicle)
    if get_locale(drive.locale).market != locale.market:
        return redirect(f"/{drive.locale}/{vehicle}/virtual-drive/{drive.code}/")
    frame = get_frame(vehicle, locale=locale, current="test-drive")
    car = read_car(get_offer(drive.offer_key), drive.choices, locale=locale)
    with translation.override(locale.language):
        context = {
            "frame": frame,
            "car": car,
            "base": f"/{locale.path}/{vehicle}/",
            "drive": show_summary(drive.summary, locale=locale),
            "link": request.build_absolute_uri(request.path),
            "shared_picture": request.build_absolute_uri(car.shared_picture_url),
            "summary": drive.summary,
        }
        return render(request, "testdrive/kept.html", context)


def _tell_lengths(locale: Locale) -> dict[str, str]:
    return {route: tell_distance(metres, locale=locale) for route, metres in LENGTHS_M.items()}
