"""What the page of a drive says by itself, in the visitor's language: sentences with {places} to fill."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from usine.testdrive.contracts import Moment


def list_words() -> dict[str, str]:
    """Every sentence that the browser says, by the key that its code uses."""
    return {**_list_units(), **_list_sights(), **_list_moments(), **_list_said()}


def _list_units() -> dict[str, str]:
    return {
        "km_h": _("{n} km/h"),
        "mph": _("{n} mph"),
        "km": _("{n} km"),
        "mi": _("{n} mi"),
        "kwh_100_km": _("{n} kWh/100 km"),
        "l_100_km": _("{n} l/100 km"),
        "kwh_100_mi": _("{n} kWh/100 mi"),
        "mpg": _("{n} mpg"),
        "wh": _("{n} Wh"),
        "comma": _(", "),
    }


def _list_sights() -> dict[str, str]:
    return {
        "sight_lighthouse": _("the lighthouse"),
        "sight_pines": _("the pine wood"),
        "sight_village": _("the village"),
        "sight_cliffs": _("the cliffs"),
        "sight_quay": _("the quay"),
        "sight_square": _("the square"),
        "sight_park": _("the park"),
        "sight_viaduct": _("the viaduct"),
        "sight_wood": _("the edge of the wood"),
        "sight_bridges": _("the bridges"),
    }


def _list_moments() -> dict[str, str]:
    return {
        "moment_sight": _("In view: {sight}."),
        "moment_fastest": _("Fastest: {speed}."),
        "moment_recovered": _("The longest braking gave {energy} back to the battery."),
        "moment_gentlest": _("A kilometre on very little energy."),
        "moment_halted": _("Halted at a red light."),
        "moment_lap": _("Once round: {distance}."),
        "moment_ran_red": _("That light was red."),
        "moment_off_road": _("The edge of the road: the car is led back."),
        "moment_bumped": _("Too close: the cars have touched."),
    }


def _list_said() -> dict[str, str]:
    return {
        "log_speed": _("{speed}, limit {limit}"),
        "log_gear": _("gear {n}"),
        "log_eco": _("eco score {n}"),
        "log_start": _("The drive begins."),
        "log_paused": _("Paused."),
        "log_resumed": _("The drive goes on."),
        "log_finished": _("Arrived: {distance}, {consumption}, eco score {n}."),
        "pause": _("Pause"),
        "resume": _("Drive on"),
        "play": _("Play"),
        "mode_eco": pgettext("driving mode", "Eco"),
        "mode_normal": pgettext("driving mode", "Normal"),
        "mode_sport": pgettext("driving mode", "Sport"),
        "view_chase": _("Behind the car"),
        "view_bonnet": _("Over the bonnet"),
        "view_inside": _("From the driver’s seat"),
        "view_side": _("From the side"),
        "gear_automatic": pgettext("gear lever", "D"),
        "gear_reverse": pgettext("gear lever", "R"),
        "consumption": _("Consumption"),
        "range": _("Range left"),
        "eco": _("Eco score"),
        "no_picture": _(
            "This browser cannot draw the road. The drive is the same: with its map, its log and its figures."
        ),
        "picture_lost": _(
            "The picture was lost. The drive waits; it goes on as soon as the picture is back."
        ),
        "car_failed": _("The car’s own shape did not arrive: a simple one drives in its place."),
        "no_figures": _("The figures of this engine are not here yet: the car drives with those of another."),
        "no_drive": _("The drive could not be loaded. Please open the page again."),
        "no_sound": _("This browser makes no sound here."),
        "no_tilt": _("This device does not tell how it is held: steer with a finger."),
        "keeping": _("One moment…"),
        "kept": _("Your drive has its own page:"),
        "not_kept": _("The drive could not be kept now. Its figures stay on this page; please try again."),
        "computing": _("Comparing the modes…"),
    }


def tell_moment(moment: Moment, *, speed: str, energy: str, distance: str) -> str:
    """A moment as the page of a kept drive tells it; the amounts are those of its value."""
    words = list_words()
    sentence = words[f"moment_{moment.kind}"]
    return sentence.format(
        sight=words.get(f"sight_{moment.name}", ""), speed=speed, energy=energy, distance=distance
    )
