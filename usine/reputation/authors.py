"""Who wrote something, without keeping who: a keyed digest, by which the same author is known again and forgotten."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings

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
    return hmac.digest(_derive(settings.SECRET_KEY), f"{source}\n{name}".encode(), "sha256").hex()[:32]


@lru_cache(maxsize=4)
def _derive(secret: str) -> bytes:
    """A key for this alone."""
    return hmac.digest(secret.encode(), SALT.encode(), "sha256")


def find_erased(keys: Iterable[str]) -> set[str]:
    """Those of the authors who asked to be forgotten. One query, none for nobody."""
    wanted = {key for key in keys if key}
    if not wanted:
        return set()
    return set(Erasure.objects.filter(author_key__in=wanted).values_list("author_key", flat=True))
