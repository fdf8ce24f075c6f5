"""Make the papers of a site: content to PDF by the typesetter, which refuses what PDF/UA-1 forbids."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils import translation
from django.utils.text import slugify

from usine.launches.content.texts import DIMENSIONS, ContentInvalid
from usine.launches.pages.making import Making
from usine.launches.papers.content import (
    TALES,
    Content,
    list_pictures,
    list_texts,
    make_brochure,
    make_prices,
    name_paper,
)
from usine.launches.papers.fonts import digest_fonts, get_fonts
from usine.launches.papers.pictures import Backdrop, lay_picture
from usine.launches.rules import ResolvedBlock
from usine.markets.contracts import Locale

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
LAUNCHES = HERE.parent
PAPERS: Mapping[str, Callable[[Making], Content | None]] = {"prices": make_prices, "brochure": make_brochure}
"""The papers, by what their file's name ends with and their template is called."""
READ = {
    "prices": {"hero", "versions_table", "equipment", "legal"},
    "brochure": {"hero", "facts", "walk", "lineup", "film", "night", "legal", *TALES},
}
"""The blocks that each paper reads: it is given no others, so that a word elsewhere leaves it as it is."""
Recipe = dict[str, Any]
"""What a paper is typeset from: its path, its name in PAPERS, its locale, the day of its offer, its content."""
PAGES = re.compile(rb"<xmpTPg:NPages>(\d+)</xmpTPg:NPages>")


@dataclass(frozen=True, slots=True)
class PaperInfo:
    """What a link to a paper tells: path below the locale's folder, title in the site's language, bytes, pages."""

    path: str
    title: str
    bytes_size: int
    pages: int


def narrow(making: Making, name: str) -> Making:
    """A site with the blocks that a paper reads, and those that carry the car's dimensions, which any text may name."""
    pages = {
        kind: replace(page, blocks=tuple(block for block in page.blocks if _is_read(block, name)))
        for kind, page in making.site.pages.items()
    }
    return Making(replace(making.site, pages=pages), making.figures)


def _is_read(block: ResolvedBlock, name: str) -> bool:
    return block.type in READ[name] or (
        block.type == "chapter" and any(block.value.get(key) for key in DIMENSIONS.values())
    )


def make_recipe(making: Making, name: str) -> Recipe | None:
    """Everything that a paper is typeset from, as JSON; None for a site that cannot have it and for a language that
    no font here writes (`find_gap` says which signs).

    Raises ContentInvalid when a text names a figure that the market lacks.
    """
    locale = making.site.locale
    content = _make_content(making, name)
    if content is None or get_fonts(locale.language).list_missing(list_texts(content)):
        return None
    return {
        "path": get_path(making, name),
        "paper": name,
        "locale": asdict(locale),
        "on": making.site.offer.valid_from.isoformat(),
        "content": content,
    }


def typeset(recipe: Recipe) -> bytes:
    """The paper of a recipe, as PDF/UA-1; the same recipe makes the same bytes.

    Raises ContentInvalid when what is written cannot be typeset.
    """
    locale = Locale(**recipe["locale"])
    return _typeset(recipe["paper"], recipe["content"], locale, date.fromisoformat(recipe["on"]))


def make_papers(making: Making) -> dict[str, bytes]:
    """The papers of a locale by their path: `papers/<brand>-<vehicle>-prices.pdf`; those that it can have."""
    recipes = [recipe for name in PAPERS if (recipe := make_recipe(making, name))]
    return {recipe["path"]: typeset(recipe) for recipe in recipes}


def find_gap(making: Making) -> str:
    """Why this locale has no papers, in a sentence; empty when it can have them."""
    fonts = get_fonts(making.site.locale.language)
    missing = {
        sign
        for name in PAPERS
        if (content := _make_content(making, name))
        for sign in fonts.list_missing(list_texts(content))
    }
    if not missing:
        return ""
    shown = " ".join(sorted(missing)[:12])
    return (
        f"No font for the papers of {making.site.locale.tag} has {shown}: install one that has these signs "
        "(fonts-noto-cjk for Japanese and Korean), or change the texts."
    )


def describe_papers(making: Making, files: Mapping[str, bytes]) -> tuple[PaperInfo, ...]:
    """What links to the papers tell, in the order of PAPERS; `files` are those of `make_papers`."""
    with translation.override(making.site.locale.language):
        titles = {get_path(making, name): name_paper(name) for name in PAPERS}
    return tuple(
        PaperInfo(path, title, len(files[path]), count_pages(files[path]))
        for path, title in titles.items()
        if path in files
    )


def count_pages(paper: bytes) -> int:
    """The pages of a paper, as its metadata tell; 0 when they do not."""
    found = PAGES.search(paper)
    return int(found[1]) if found else 0


def get_path(making: Making, name: str) -> str:
    return f"papers/{slugify(settings.BRAND)}-{making.site.vehicle}-{name}.pdf"


def digest_paper(making: Making, name: str) -> str:
    """A digest of everything that a paper of a locale is made from; nothing is rendered, no price is asked.

    Its blocks with the addresses of their pictures, offer, locale, words, templates, code, fonts, typesetter.
    """
    site = narrow(making, name).site
    blocks = [[block.type, block.value] for page in site.pages.values() for block in page.blocks]
    said = [name, blocks, list(site.pages), site.vehicle, site.offer.key, site.locale.path]
    made_with = [_digest_code(), digest_fonts(site.locale.language), version("typst"), version("pillow")]
    return hashlib.sha256(json.dumps([said, made_with], sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=1)
def _digest_code() -> str:
    """The code, words and templates that papers are made with."""
    digest = hashlib.sha256()
    drawn = LAUNCHES / "templates" / "launches" / "blocks"
    files = (
        *(file for floor in ("content", "pages", "papers") for file in (LAUNCHES / floor).glob("*.py")),
        *TEMPLATES.glob("*.typ"),
        *drawn.glob("*.html"),
        *LAUNCHES.glob("locale/*/LC_MESSAGES/*.po"),
    )
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _make_content(making: Making, name: str) -> Content | None:
    """The content of a paper, if the site can have it. Asked of the kernel: some tenths of a second the first time."""
    with translation.override(making.site.locale.language):
        return PAPERS[name](narrow(making, name))


def _typeset(name: str, content: Content, locale: Locale, on: date) -> bytes:
    """Texts reach the template as data, so that nothing in them is ever read as its markup."""
    fonts = get_fonts(locale.language)
    _place_pictures(content, locale)
    source = b"\n".join((TEMPLATES / f"{part}.typ").read_bytes() for part in ("paper", name))
    data: dict[str, Any] = {**content, "fonts": {"text": fonts.text, "display": fonts.display}}
    try:
        compiler = typst.Compiler(root=str(_folder()), font_paths=fonts.loaded, ignore_system_fonts=True)
        made = compiler.compile(
            source,
            format="pdf",
            pdf_standards="ua-1",
            timestamp=datetime.combine(on, time(), UTC),
            sys_inputs={"content": json.dumps(data, ensure_ascii=False)},
        )
    except typst.TypstError as error:
        raise ContentInvalid(
            f"The paper {name} of {locale.tag} cannot be set: {error.message}. "
            "Look at the texts and pictures of this locale."
        ) from error
    assert isinstance(made, bytes)  # asked for one file, not for pages as pictures
    return made


def _place_pictures(content: Content, locale: Locale) -> None:
    """Give each picture the path of its file below the folder that the typesetter may read."""
    for picture in list_pictures(content):
        file = lay_picture(
            picture["url"], Backdrop(picture["backdrop"]), is_mirrored=locale.direction == "rtl"
        )
        picture["file"] = f"/{file.relative_to(_folder()).as_posix()}"


def _folder() -> Path:
    folder: Path = settings.VAR / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
