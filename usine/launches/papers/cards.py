"""The picture that a shared link shows: a page's own picture, its title and what it says of itself, in its language.

shared/cards/<digest>.json    what a card is drawn from, kept with the publication
shared/cards/<digest>.jpg     drawn when somebody first passes the link on
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from PIL import Image

from usine.launches import store
from usine.launches.content.texts import ContentInvalid
from usine.launches.pages.head import CARD_SIZE, UNLISTED, find_picture
from usine.launches.pages.making import Making
from usine.launches.papers.fonts import digest_fonts, get_fonts
from usine.launches.rules import ResolvedPage
from usine.markets.contracts import Locale

WIDTH, HEIGHT = CARD_SIZE
GROUND, CUT_OUT_WIDTH, WHEELS = "#e8e6de", 1080, 0.94
"""What a car alone stands on: how wide it is drawn, how far down it ends."""
QUALITY = 84
TEMPLATES = Path(__file__).resolve().parent / "templates"
ADDRESS = re.compile(r"^[0-9a-f]{32}$")
MIDDLE = "50% 50%"


@dataclass(frozen=True, slots=True)
class Card:
    """What a card is drawn from, and the digest of it."""

    digest: str
    recipe: Mapping[str, Any]

    @property
    def address(self) -> str:
        return f"/cards/{self.digest}.jpg"


def plan_cards(making: Making) -> dict[str, Card]:
    """The card of each page by its kind, nothing drawn; none where no font here writes the language."""
    planned = {kind: _plan(page, making) for kind, page in making.site.pages.items() if kind not in UNLISTED}
    return {kind: card for kind, card in planned.items() if card is not None}


def _plan(page: ResolvedPage, making: Making) -> Card | None:
    locale, picture = making.site.locale, find_picture(page, making)
    if picture is None:
        return None
    said = {
        "brand": settings.BRAND,
        "name": making.name,
        "title": page.title,
        "line": making.fill(page.description),
    }
    if get_fonts(locale.language).list_missing(said.values()):
        return None
    recipe = {
        **said,
        "locale": asdict(locale),
        "picture": picture["plain"],
        "focal": picture["focal"] or MIDDLE,
    }
    said_whole = json.dumps([recipe, _digest_code(), digest_fonts(locale.language)], sort_keys=True)
    return Card(hashlib.sha256(said_whole.encode()).hexdigest()[:32], recipe)


@lru_cache(maxsize=1)
def _digest_code() -> str:
    """This code, its templates, the typesetter and the library that lays pictures."""
    files = (Path(__file__), TEMPLATES / "paper.typ", TEMPLATES / "card.typ")
    made_with = f"{version('typst')} {version('pillow')}"
    return hashlib.sha256(b"".join([made_with.encode(), *(file.read_bytes() for file in files)])).hexdigest()


def keep_card(card: Card) -> None:
    """Keep what a card is drawn from."""
    store.keep_shared_json("cards", f"{card.digest}.json", card.recipe)


def take_card(digest: str) -> Path | None:
    """The file of a card, drawn now if nobody wanted it before; None where there is no such card."""
    if not ADDRESS.match(digest):
        return None
    if found := store.find_shared("cards", f"{digest}.jpg"):
        return found
    recipe: dict[str, Any] | None = store.read_shared_json("cards", f"{digest}.json")
    if recipe is None:
        return None
    store.keep_shared("cards", f"{digest}.jpg", draw_card(recipe))
    return store.find_shared("cards", f"{digest}.jpg")


def draw_card(recipe: Mapping[str, Any]) -> bytes:
    """A card as JPEG, 1200 by 630 pixels. Raises ContentInvalid when its picture is gone or it cannot be set."""
    locale = Locale(**recipe["locale"])
    source = store.find_shared("pictures", str(recipe["picture"]).removeprefix("/pictures/"))
    if source is None:
        raise ContentInvalid(f"The picture {recipe['picture']} is not on this disk: publish the site again.")
    with Image.open(source) as opened:
        is_photograph = not opened.has_transparency_data
        ground = _crop(opened.convert("RGB"), recipe["focal"]) if is_photograph else _stand(opened)
    words = Image.open(io.BytesIO(_set_words(recipe, locale, is_photograph))).convert("RGBA")
    ground.paste(words, (0, 0), words)
    written = io.BytesIO()
    ground.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return written.getvalue()


def _crop(picture: Image.Image, focal: str) -> Image.Image:
    """The whole card filled, what must stay in sight (CSS's `object-position`) kept in it."""
    scale = max(WIDTH / picture.width, HEIGHT / picture.height)
    size = max(WIDTH, round(picture.width * scale)), max(HEIGHT, round(picture.height * scale))
    x, y = (float(part.rstrip("%")) / 100 for part in focal.split())
    left, top = round((size[0] - WIDTH) * x), round((size[1] - HEIGHT) * y)
    return picture.resize(size, Image.Resampling.LANCZOS).crop((left, top, left + WIDTH, top + HEIGHT))


def _stand(picture: Image.Image) -> Image.Image:
    """A car alone on a plain ground, below the words."""
    card, car = Image.new("RGB", CARD_SIZE, GROUND), picture.convert("RGBA")
    car = car.crop(car.getchannel("A").getbbox() or (0, 0, *car.size))
    most = min(CUT_OUT_WIDTH / car.width, 0.6 * HEIGHT / car.height)
    car = car.resize((round(car.width * most), round(car.height * most)), Image.Resampling.LANCZOS)
    card.paste(car, ((WIDTH - car.width) // 2, round(HEIGHT * WHEELS) - car.height), car)
    return card


def _set_words(recipe: Mapping[str, Any], locale: Locale, is_photograph: bool) -> bytes:
    """The words as PNG on nothing, typeset: no browser is needed, and every script is joined as it should be."""
    fonts = get_fonts(locale.language)
    content = {
        **{name: recipe[name] for name in ("brand", "name", "title", "line")},
        "language": locale.language,
        "region": locale.tag.partition("-")[2],
        "direction": locale.direction,
        "is_photograph": is_photograph,
        **{"kind": "", "small_print": []},  # of papers, whose template this one goes on from
        "fonts": {"text": fonts.text, "display": fonts.display},
    }
    source = b"\n".join((TEMPLATES / f"{part}.typ").read_bytes() for part in ("paper", "card"))
    folder: Path = settings.VAR / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        compiler = typst.Compiler(root=str(folder), font_paths=fonts.loaded, ignore_system_fonts=True)
        said = json.dumps(content, ensure_ascii=False)
        made = compiler.compile(source, format="png", ppi=72, sys_inputs={"content": said})
    except typst.TypstError as error:
        raise ContentInvalid(
            f"The card of {locale.tag} cannot be set: {error.message}. Look at the page's title."
        ) from error
    assert isinstance(made, bytes)  # a card is one page
    return made
