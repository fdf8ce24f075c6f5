"""Words that several screens of the desk share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

PAGES = {
    "home": gettext_lazy("Home"),
    "design": gettext_lazy("Design"),
    "driving": gettext_lazy("Driving and range"),
    "technology": gettext_lazy("Technology"),
    "versions": gettext_lazy("Versions and prices"),
    "gallery": gettext_lazy("Pictures and film"),
    "companies": gettext_lazy("For companies"),
    "questions": gettext_lazy("Questions and answers"),
    "brochure": gettext_lazy("Brochure and price list"),
    "legal": gettext_lazy("Legal notice"),
    "not-found": gettext_lazy("Page not found"),
}
