"""The papers of the sites on disk: each recipe is kept with the publication, its PDF is made when it is first wanted.

    shared/papers/<digest>/recipe.json
    shared/papers/<digest>/<brand>-<vehicle>-prices.pdf

The digest is that of everything that a paper is made from: what it says never changes under its address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from usine.launches import store
from usine.launches.pages.making import Making
from usine.launches.papers.making import PAPERS, digest_paper, make_recipe, typeset

RECIPE = "recipe.json"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A paper of a locale: its name (`prices`, `brochure`), the digest of what it is made from, its recipe."""

    name: str
    digest: str
    recipe: Mapping[str, Any]

    @property
    def address(self) -> str:
        return f"/papers/{self.digest}/{Path(self.recipe['path']).name}"


def plan_papers(making: Making) -> tuple[Shelf, ...]:
    """The papers that a site can have, nothing written; none in a language that no font here writes."""
    planned = []
    for name in PAPERS:
        digest = digest_paper(making, name)[:32]
        recipe = store.read_shared_json("papers", f"{digest}/{RECIPE}") or make_recipe(making, name)
        if recipe is not None:
            planned.append(Shelf(name, digest, recipe))
    return tuple(planned)


def keep_paper(shelf: Shelf) -> None:
    """Keep the recipe of a paper, from which it is typeset when somebody wants it."""
    store.keep_shared_json("papers", f"{shelf.digest}/{RECIPE}", shelf.recipe)


def take_paper(digest: str, name: str) -> Path | None:
    """The file of a paper, made now if nobody wanted it before; None where there is no such paper."""
    if found := store.find_shared("papers", f"{digest}/{name}"):
        return found if name.endswith(".pdf") else None
    recipe: Mapping[str, Any] | None = store.read_shared_json("papers", f"{digest}/{RECIPE}")
    if not recipe or Path(recipe["path"]).name != name:
        return None
    store.keep_shared("papers", f"{digest}/{name}", typeset(dict(recipe)))
    return store.find_shared("papers", f"{digest}/{name}")


def list_addresses(release_key: str) -> Iterator[tuple[str, str]]:
    """Digest and file name of each paper that a release links to."""
    for address in store.read_note(release_key, "papers.json") or ():
        digest, _sign, name = address.removeprefix("/papers/").partition("/")
        yield digest, name
