"""The papers of the sites on disk: a recipe is kept with the publication, its PDF is made when it is first wanted.

    shared/papers/<digest>/recipe.json
    shared/papers/<digest>/<brand>-<vehicle>-prices.pdf

The digest is that of everything that they are made from: what a paper says never changes under its address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from usine.launches import store
from usine.launches.pages.making import Making
from usine.launches.papers.making import digest_papers, make_recipe, typeset

RECIPE = "recipe.json"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The papers of a locale: the digest of what they are made from, their recipe, their addresses by what they are."""

    digest: str
    recipe: Mapping[str, Any]
    addresses: Mapping[str, str]  # of `prices` and `brochure`


def plan_papers(making: Making) -> Shelf | None:
    """The papers of a site, nothing written; None for a language that no font here writes."""
    digest = digest_papers(making)[:32]
    recipe = store.read_shared_json("papers", f"{digest}/{RECIPE}") or make_recipe(making)
    if recipe is None:
        return None
    papers = recipe["papers"].items()
    addresses = {paper["paper"]: f"/papers/{digest}/{Path(path).name}" for path, paper in papers}
    return Shelf(digest, recipe, addresses)


def keep_papers(shelf: Shelf) -> None:
    """Keep the recipe of papers, from which they are typeset when somebody wants them."""
    store.keep_shared_json("papers", f"{shelf.digest}/{RECIPE}", shelf.recipe)


def take_paper(digest: str, name: str) -> Path | None:
    """The file of a paper, made now if nobody wanted it before; None where there is no such paper."""
    if found := store.find_shared("papers", f"{digest}/{name}"):
        return found if name.endswith(".pdf") else None
    recipe: Mapping[str, Any] | None = store.read_shared_json("papers", f"{digest}/{RECIPE}")
    paths = [path for path in recipe["papers"] if Path(path).name == name] if recipe else []
    if not recipe or not paths:
        return None
    store.keep_shared("papers", f"{digest}/{name}", typeset(dict(recipe), paths[0]))
    return store.find_shared("papers", f"{digest}/{name}")


def list_addresses(release_key: str) -> Iterator[tuple[str, str]]:
    """Digest and file name of each paper that a release links to."""
    for address in store.read_note(release_key, "papers.json") or ():
        digest, _sign, name = address.removeprefix("/papers/").partition("/")
        yield digest, name
