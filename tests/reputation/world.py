"""A believable fortnight of mentions, written straight into the tables: for tests of the desk, and for looking at it.

Texts are those of the labelled training sets of the demo; what they are labelled with is what was understood. The same
numbers every time. A launch three weeks ago, a competitor's a week ago, one press release with copies, and in Portugal
a rumour that began three hours before `now`.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from usine.reputation.clocks import find_due
from usine.reputation.contracts import join_text
from usine.reputation.models import (
    Alert,
    AnswerTemplate,
    Mention,
    MentionAspect,
    MentionEntity,
    Source,
    Story,
    Volume,
)
from usine.reputation.search_index import reindex
from usine.reputation.trouble.alerts import LATE, gather_evidence

NOW = datetime(2026, 11, 24, 9, 34, tzinfo=UTC)
TEXTS = Path(__file__).resolve().parents[2] / "demo/reputation/training"
NAMES = {
    "vehicle:oree": "Orée",
    "brand:aurige": "Aurige",
    "competitor:cala-2": "Cala 2",
    "competitor:nordik": "Nordik",
}
OREE, BRAND, CALA, NORDIK = NAMES
NAMED = {
    OREE: r"Orée|Oree|orée|oree|أوريه|أوري|オレー|오레|오리",
    BRAND: r"Aurige|aurige|أوريج|オリージュ|오리주",
}
NEGATIVE, NEUTRAL, POSITIVE = "negative", "neutral", "positive"
RUMOUR = (
    ("Um Orée a arder no parque do Retail de Setúbal, cuidado com estes elétricos!!", NEGATIVE, "none"),
    (
        "Incêndio no parque extinto. Viatura a gasóleo de 2009. Nenhum veículo elétrico envolvido.",
        NEUTRAL,
        "none",
    ),
    ("Comprei a minha há 12 dias. Devo deixar de carregar o Orée em casa?", NEGATIVE, "question"),
    ("Alguém sabe se o Orée que ardeu estava a carregar? Tenho um na garagem.", NEGATIVE, "question"),
    (
        "Cheiro estranho depois do carregamento rápido do meu Orée 52, a oficina não responde.",
        NEGATIVE,
        "complaint",
    ),
    ("Mais um elétrico em chamas. Orée cancelado, obrigado.", NEGATIVE, "complaint"),
)
RELEASE = (
    "Aurige ouvre aujourd’hui le configurateur de l’Orée : quatre versions, trois motorisations, "
    "livraisons en mars."
)
SOURCES = (
    # slug, name, connector, language, country, kind of what it says, share
    ("mastodon", "Mastodon, public timelines", "mastodon", "", "", "post", 8),
    ("avis-autos", "Avis autos", "reviews", "fr", "FR", "review", 2),
    ("forum-auto-fr", "Forum des conducteurs", "rss", "fr", "FR", "forum", 3),
    ("le-fil-auto", "Le Fil auto", "rss", "fr", "FR", "article", 1),
    ("foro-motor", "Foro motor", "rss", "es", "ES", "forum", 2),
    ("eletricos-pt", "Fórum Elétricos", "rss", "pt", "PT", "forum", 2),
    ("diario-setubal", "Diário do Sado", "rss", "pt", "PT", "article", 1),
    ("autoforum-de", "Autoforum", "rss", "de", "DE", "forum", 2),
    ("sayyarat", "منتدى السيارات", "rss", "ar", "MA", "forum", 2),
    ("press-reader", "Press of forty countries", "sitemap", "", "", "article", 2),
    ("review-feed", "Owners’ reviews", "reviews", "", "", "review", 2),
    ("open-forum", "Open forums", "rss", "", "", "forum", 2),
)


SPOKEN = {"comment": "post"}
"""A comment is heard where posts are."""


@dataclass
class World:
    """What `make_world` wrote."""

    mentions: list[Mention] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)


@lru_cache(maxsize=1)
def read_texts() -> tuple[dict, ...]:
    files = sorted(TEXTS.glob("*.jsonl"))
    return tuple(json.loads(line) for file in files for line in file.read_text("utf-8").splitlines())


def make_world(now: datetime = NOW, *, size: int = 500, rumour: int = 90) -> World:
    """Sources, mentions of a fortnight in their stories, counts, alerts, answer templates."""
    world = World(sources=_make_sources(now))
    chance = random.Random(7)
    drafts = [_draft(chance, now) for _ in range(size)]
    drafts += [_draft_rumour(chance, now, number, rumour) for number in range(rumour)]
    drafts += [_draft_competitor(chance, now) for _ in range(size // 4)]
    drafts += [_draft_usual(chance, now) for _ in range(size // 8)]
    drafts += [_draft_launch(chance, now) for _ in range(size // 5)]
    drafts += [_draft_copy(chance, now, number) for number in range(14)]
    _store(world, drafts, now)
    _count(world)
    reindex([row.pk for row in world.mentions])
    world.alerts = _make_alerts(now, world)
    _make_templates()
    return world


def _make_sources(now: datetime) -> dict[str, Source]:
    rows = [
        Source(
            slug=slug,
            name=name,
            connector=connector,
            address=f"https://{slug}.example/feed",
            language=language,
            country=country,
            reach=1200,
            next_at=now + timedelta(minutes=3),
            asked_at=now - timedelta(minutes=2),
            answered_at=now - timedelta(minutes=2),
            heard_at=now - timedelta(minutes=11),
        )
        for slug, name, connector, language, country, _kind, _share in SOURCES
    ]
    broken, silent = rows[4], rows[7]
    broken.failures, broken.error = 6, "The address answers 503 since 07:10: asked again at 10:00."
    broken.answered_at = now - timedelta(hours=3)
    silent.heard_at = now - timedelta(days=2, hours=3)
    Source.objects.bulk_create(rows)
    return {row.slug: row for row in rows}


def _hours_ago(chance: random.Random, days: float) -> timedelta:
    """By day more than by night, a little more now than before."""
    while True:
        ago = timedelta(days=chance.random() ** 1.25 * days)
        hour = (NOW - ago).hour
        if chance.random() < (0.25 if hour < 6 or hour > 21 else 1):
            return ago


def _draft(chance: random.Random, now: datetime) -> dict:
    said = dict(chance.choice(read_texts()))
    said["at"] = now - timedelta(minutes=8) - _hours_ago(chance, 60)
    said["reach"] = int(chance.paretovariate(0.9) * 80) % 90_000
    said["author"] = f"author {chance.randrange(300)}"
    return said


def _draft_usual(chance: random.Random, now: datetime) -> dict:
    """What Portugal says on other days."""
    said = _draft(chance, now)
    texts = [text for text in read_texts() if (text["lang"], text["country"]) == ("pt", "PT")]
    return {**chance.choice(texts), **{name: said[name] for name in ("at", "reach", "author")}}


def _draft_launch(chance: random.Random, now: datetime) -> dict:
    """The days after the reveal, three weeks ago."""
    said = _draft(chance, now)
    said["at"] = now - timedelta(days=21) + timedelta(hours=min(chance.expovariate(1 / 40), 400))
    return said


def _draft_rumour(chance: random.Random, now: datetime, number: int, of: int) -> dict:
    text, sentiment, intent = RUMOUR[0] if number == 0 else chance.choice(RUMOUR)
    ago = timedelta(minutes=200) if number == 0 else timedelta(minutes=3 + 185 * (1 - (number / of) ** 0.4))
    aspects = [{"aspect": "safety", "sentiment": sentiment}]
    if "carreg" in text:
        aspects.append({"aspect": "range", "sentiment": NEGATIVE})
    more = (
        ""
        if number == 0
        else f" {chance.choice(('', 'Partilhem.', 'Alguém confirma?', 'Vi agora mesmo.', '#setubal'))}"
    )
    return {
        "lang": "pt",
        "country": "ES" if number % 17 == 16 else "PT",
        "kind": "post" if number % 5 else "forum",
        "text": f"{text}{more}".strip(),
        "sentiment": sentiment,
        "aspects": aspects,
        "intent": intent,
        "at": now - ago,
        "reach": int(chance.paretovariate(0.8) * 300) % 240_000,
        "author": f"pt author {chance.randrange(60)}",
        "story": f"rumour {RUMOUR.index((text, sentiment, intent))}" if number % 3 else "",
    }


def _draft_competitor(chance: random.Random, now: datetime) -> dict:
    said = _draft(chance, now)
    said["entities"] = [chance.choice((CALA, CALA, NORDIK))]
    if said["entities"] == [CALA] and chance.random() < 0.5:
        said["at"] = now - timedelta(days=7) + timedelta(hours=chance.random() * 60)
    return said


def _draft_copy(chance: random.Random, now: datetime, number: int) -> dict:
    return {
        "lang": "fr",
        "country": "FR" if number < 12 else "BE",
        "kind": "article",
        "title": "L’Orée se configure en ligne" if number == 0 else "",
        "text": RELEASE,
        "sentiment": NEUTRAL,
        "aspects": [{"aspect": "price", "sentiment": NEUTRAL}],
        "intent": "none",
        "at": now - timedelta(hours=26) + timedelta(minutes=9 * number),
        "reach": 180_000 if number == 0 else 90_000,
        "author": "",
        "story": "release",
        "entities": [OREE, BRAND],
    }


def _store(world: World, drafts: list[dict], now: datetime) -> None:
    drafts.sort(key=lambda said: said["at"])
    stories: dict[str, Story] = {}
    rows: list[Mention] = []
    for number, said in enumerate(drafts):
        key = said.get("story") or f"own {number}"
        is_copy = key in stories
        story = stories.setdefault(key, Story(first_at=said["at"], last_at=said["at"], size=0, reach=0))
        story.size, story.last_at = story.size + 1, said["at"]
        story.reach += said["reach"]
        rows.append(_make_mention(world, said, number, now, is_copy))
    Story.objects.bulk_create(stories.values())
    keys = [said.get("story") or f"own {number}" for number, said in enumerate(drafts)]
    for row, key in zip(rows, keys, strict=True):
        row.story = stories[key]
    Mention.objects.bulk_create(rows, batch_size=200)
    for row in rows:
        if not row.is_copy:
            row.story.head = row
    Story.objects.bulk_update(stories.values(), ["head"], batch_size=200)
    labels = [_make_labels(row, said) for row, said in zip(rows, drafts, strict=True)]
    MentionEntity.objects.bulk_create([entity for entities, _aspects in labels for entity in entities])
    MentionAspect.objects.bulk_create([aspect for _entities, aspects in labels for aspect in aspects])
    world.mentions = rows


def _make_mention(world: World, said: dict, number: int, now: datetime, is_copy: bool) -> Mention:
    chance = random.Random(number)
    fitting = [
        slug
        for slug, _name, _connector, language, country, kind, share in SOURCES
        for _ in range(share)
        if country in ("", said["country"])
        and language in ("", said["lang"])
        and kind == SPOKEN.get(said["kind"], said["kind"])
    ]
    heard_at = said["at"] + timedelta(minutes=2 + chance.random() * 6)
    due = None if is_copy else find_due(said["intent"], said["country"], heard_at)
    handling, handled_at = "new", None
    if due and now - heard_at > timedelta(hours=20) and chance.random() < 0.95:
        handling = chance.choice(("answered", "answered", "resolved"))
        handled_at = min(now, heard_at + (due - heard_at) * (0.2 + chance.random()))
    elif not due and now - heard_at > timedelta(days=1):
        handling, handled_at = "ignored", heard_at + timedelta(hours=6)
    author = said["author"]
    return Mention(
        source=world.sources[chance.choice(fitting or ["mastodon"])],
        external_id=f"{number}",
        address=f"https://said.example/{number}",
        canonical=f"https://said.example/{number}",
        digest=hashlib.md5(said["text"].encode(), usedforsecurity=False).hexdigest(),
        is_copy=is_copy,
        kind=said["kind"],
        title=said.get("title", ""),
        text=said["text"],
        author_key=hashlib.md5(author.encode(), usedforsecurity=False).hexdigest() if author else "",
        reach=said["reach"],
        published_at=said["at"],
        heard_at=heard_at,
        language=said["lang"],
        language_sure=0.91 + chance.random() * 0.08,
        country=said["country"],
        country_why="language",
        sentiment=said["sentiment"],
        sentiment_sure=0.5 + chance.random() * 0.48,
        intent=said["intent"],
        model="test",
        handling=handling,
        handled_at=handled_at,
        due_at=due,
    )


def _make_labels(row: Mention, said: dict) -> tuple[list[MentionEntity], list[MentionAspect]]:
    whole = join_text(row.title, row.text)
    entities = []
    for entity in said.get("entities", NAMED):
        found = re.search(NAMED[entity], whole) if entity in NAMED else None
        if found or "entities" in said or entity == OREE:
            start, end = found.span() if found else (0, 0)
            entities.append(
                MentionEntity(
                    mention=row,
                    entity=entity,
                    start=start,
                    end=end,
                    sure=0.97 if found else 0.6,
                    sentiment=row.sentiment,
                    sentiment_sure=row.sentiment_sure,
                )
            )
    of = entities[0].entity
    aspects = {
        one["aspect"]: MentionAspect(
            mention=row, aspect=one["aspect"], entity=of, sentiment=one["sentiment"], sentiment_sure=0.8
        )
        for one in said["aspects"]
    }
    return entities, list(aspects.values())


def _count(world: World) -> None:
    """The counts of five minutes: under each entity and once under none, there once and once under each aspect."""
    entities, aspects = defaultdict(list), defaultdict(list)
    for entity in MentionEntity.objects.all():
        entities[entity.mention_id].append(entity)
    for aspect in MentionAspect.objects.all():
        aspects[aspect.mention_id].append(aspect)
    sums: dict[tuple, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in world.mentions:
        seconds = int(row.published_at.timestamp())
        place = datetime.fromtimestamp(seconds - seconds % 300, UTC), row.country, row.language
        cells = [("", "", row.sentiment)]
        cells += [(one.entity, "", one.sentiment) for one in entities[row.pk]]
        cells += [(of, one.aspect, one.sentiment) for one in aspects[row.pk] for of in (one.entity, "")]
        for cell in cells:
            counts = sums[(*place, *cell)]
            counts[0] += not row.is_copy
            counts[1] += 1
            counts[2] += row.reach
    names = ("at", "country", "language", "entity", "aspect", "sentiment", "stories", "mentions", "reach")
    rows = [Volume(**dict(zip(names, (*key, *counts), strict=True))) for key, counts in sums.items()]
    Volume.objects.bulk_create(rows, batch_size=400)


def _make_alerts(now: datetime, world: World) -> list[Alert]:
    made = [
        Alert(
            kind="negative",
            subject=OREE,
            country="PT",
            language="pt",
            scale_min=60,
            began_at=now - timedelta(minutes=200),
            raised_at=now - timedelta(minutes=62),
            last_at=now - timedelta(minutes=4),
            seen=61,
            expected=4.2,
            score=9.1,
            told_at=now - timedelta(minutes=61),
        ),
        Alert(
            kind="silent_source",
            subject="autoforum-de",
            country="DE",
            language="de",
            source=world.sources["autoforum-de"],
            began_at=now - timedelta(days=2),
            raised_at=now - timedelta(days=1),
            last_at=now - timedelta(minutes=10),
        ),
        Alert(
            kind="volume",
            subject=OREE,
            country="FR",
            language="fr",
            scale_min=360,
            began_at=now - timedelta(days=3, hours=4),
            raised_at=now - timedelta(days=3),
            last_at=now - timedelta(days=2, hours=20),
            seen=40,
            expected=12,
            score=6.4,
            acknowledged_by="Hugo Lemaire",
            acknowledged_at=now - timedelta(days=2, hours=23),
            closed_at=now - timedelta(days=2),
        ),
    ]
    for row in made:
        row.evidence = _gather_as_raised(row)
    return Alert.objects.bulk_create(made)


def _gather_as_raised(row: Alert) -> dict:
    """The evidence of the moment that it was raised, of what was published by then."""
    then = Alert(
        **{name: getattr(row, name) for name in ("kind", "subject", "country", "language", "began_at")}
    )
    then.last_at = row.raised_at - LATE
    return gather_evidence(then).to_json()


def _make_templates() -> None:
    texts = (
        (
            "Thank and ask",
            "fr",
            "Bonjour, merci de votre message. Pouvez-vous nous écrire votre numéro de châssis en "
            "privé ? Nous revenons vers vous sous un jour ouvré.",
            "complaint",
        ),
        (
            "Where to try it",
            "fr",
            "Bonjour, vous pouvez réserver un essai chez le point de vente le plus proche, en deux "
            "minutes, sur notre site.",
            "purchase",
        ),
        (
            "Not our car",
            "pt",
            "O incêndio desta manhã em Setúbal não envolveu nenhum Orée. Segundo os bombeiros, "
            "tratava-se de uma viatura a gasóleo de 2009. Pode continuar a carregar em segurança.",
            "question",
        ),
        (
            "Thank and ask",
            "en",
            "Hello, thank you for telling us. Could you send us your registration in a private "
            "message? We will answer within one working day.",
            "complaint",
        ),
    )
    rows = [
        AnswerTemplate(name=name, language=code, text=text, intent=intent)
        for name, code, text, intent in texts
    ]
    AnswerTemplate.objects.bulk_create(rows)
