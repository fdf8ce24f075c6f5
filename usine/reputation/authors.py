"""Who wrote something, without keeping who: a keyed digest, by which the same author is known again and forgotten."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from django.utils.crypto import salted_hmac

from usine.reputation.models import Erasure

SALT = "usine.reputation.author"


def key_author(source: str, handle: str) -> str:
    """32 hexadecimal digits of an author at a source (its slug); empty for nobody.

    `@Ann` and `ann` are one. Keyed by the secret of the installation: nobody finds the handle from a copy of the
    database. Where the secret changes, authors are others, and erased ones have to be erased again.
    """
    name = unicodedata.normalize("NFKC", handle).strip().lstrip("@").casefold()
    if not name:
        return ""
    return salted_hmac(SALT, f"{source}\n{name}", algorithm="sha256").hexdigest()[:32]


def find_erased(keys: Iterable[str]) -> set[str]:
    """Those of the authors who asked to be forgotten. One query, none for nobody."""
    wanted = {key for key in keys if key}
    if not wanted:
        return set()
    return set(Erasure.objects.filter(author_key__in=wanted).values_list("author_key", flat=True))
