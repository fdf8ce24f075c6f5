"""The papers of the sites on disk: a recipe is kept with the publication, its PDF is made when it is first wanted.

    shared/papers/<digest>/recipe.json
    shared/papers/<digest>/aurige-oree-prices.pdf

The digest is that of everything that they are made from: what a paper says never changes under its address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from usine.launches import store
from usine.launches.making import Making
from usine.launches.papers.making import digest_papers, make_recipe, typeset

RECIPE = "recipe.json"


def shelve_papers(making: Making) -> dict[str, str]:
    """Keep the recipe of a site's papers; their addresses by what they are (`prices`, `brochure`).

    Empty for a language that no font here writes.
    """
    digest = digest_papers(making)[:32]
    recipe = store.read_shared_json("papers", f"{digest}/{RECIPE}")
    if recipe is None:
        recipe = make_recipe(making)
        if recipe is None:
            return {}
        store.keep_shared_json("papers", f"{digest}/{RECIPE}", recipe)
    return {paper["paper"]: f"/papers/{digest}/{Path(path).name}" for path, paper in recipe["papers"].items()}


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
