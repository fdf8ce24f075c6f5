"""`usine reputation train`, `train-names`, `evaluate`, `pieces`, `lexicon`: make the models, judge them."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from usine.reputation.training.corrections import measure_corrections
from usine.reputation.training.datasets import list_split
from usine.reputation.training.evaluation import Figure, evaluate_files, keep_quality
from usine.reputation.training.lexicon import make_lexicon
from usine.reputation.training.pieces import make_pieces
from usine.reputation.understanding.names import LEARNED, load_names
from usine.reputation.understanding.quality import FOLDER

SPLITS = ("dev", "test")


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    train = verbs.add_parser("train", help="make the models anew from what they may learn from")
    train.add_argument("--with-corrections", action="store_true", help="also from what people set right")
    train.add_argument("--out", type=Path, default=FOLDER, metavar="FOLDER")
    train.set_defaults(run=_train)
    names = verbs.add_parser(
        "train-names", help="make anew what is learnt of names and the words around them"
    )
    names.add_argument("--names", type=Path, default=settings.REPUTATION_NAMES, metavar="FILE")
    names.add_argument(
        "--folds", type=_read_folds, default=0, metavar="NUMBER",
        help="write nothing: leave each text out once, in so many turns, and say how well its names are found",
    )  # fmt: skip
    names.set_defaults(run=_train_names)
    evaluate = verbs.add_parser("evaluate", help="how well the models judge a labelled set")
    evaluate.add_argument(
        "--split", default="dev", metavar="dev|test|FILE", help="every set's dev or test, or one file"
    )
    evaluate.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluate.add_argument("--keep", action="store_true", help="keep the scores by language that screens show")
    evaluate.set_defaults(run=_evaluate)
    pieces = verbs.add_parser("pieces", help="make the vectors of pieces of words anew (needs their package)")
    pieces.add_argument("--out", type=Path, default=FOLDER / "pieces.model", metavar="FILE")
    pieces.add_argument("--width", type=int, default=WIDTH)
    pieces.set_defaults(run=lambda args: _say(f"{args.out}: {make_pieces(args.out, args.width)}"))
    lexicon = verbs.add_parser(
        "lexicon", help="make the rated words anew (needs their npm package, unpacked)"
    )
    lexicon.add_argument("--package", type=Path, required=True, metavar="FOLDER")
    lexicon.add_argument("--out", type=Path, default=FOLDER / "lexicon.model", metavar="FILE")
    lexicon.set_defaults(run=lambda args: _say(f"{args.out}: {make_lexicon(args.out, args.package)}"))


WIDTH = 64


def _train(args: argparse.Namespace) -> int:
    from usine.reputation.training.fit import require_scikit

    require_scikit()
    from usine.reputation.training.heads import train

    for line in train(args.out, with_corrections=args.with_corrections):
        _say(line)
    if args.with_corrections:
        for each in measure_corrections():
            _say(
                f"{each.language or 'no language'}: {each.corrected} of {each.mentions} mentions corrected, "
                f"{each.sentiment} in sentiment"
            )
    return 0


def _read_folds(said: str) -> int:
    if not said.isdecimal() or int(said) < 2:
        raise argparse.ArgumentTypeError(f"“{said}” is no number of turns: 2 or more.")
    return int(said)


def _train_names(args: argparse.Namespace) -> int:
    from usine.reputation.training.fit import require_scikit

    require_scikit()
    from usine.reputation.training import names

    rows, texts = names.read_taught(), names.read_other_texts()
    if args.folds:
        for part, counted in sorted(names.cross_validate(args.names, rows, texts, args.folds).items()):
            _say(f"{part}: precision {counted.precision:.3f}, recall {counted.recall:.3f}")
        return 0
    _say(f"{args.names.with_suffix(LEARNED)}: {names.train_names(args.names, rows, texts)}")
    plain = names.fit_plain(load_names(args.names), rows)
    return _say("weights: {" + ", ".join(f"{name}: {weight}" for name, weight in plain.items()) + "}")


def _evaluate(args: argparse.Namespace) -> int:
    is_split = args.split in SPLITS
    paths = list_split(args.split) if is_split else [Path(args.split)]
    found = list(evaluate_files(paths, args.split if is_split else ""))
    if args.keep:
        keep_quality([each for each in found if isinstance(each, Figure)], args.split)
    if args.json:
        figures = [asdict(each) for each in found if isinstance(each, Figure)]
        return _say(json.dumps(figures, indent=1, ensure_ascii=False))
    for each in found:
        _say(
            each
            if isinstance(each, str)
            else f"{each.set}\t{each.what}\t{each.part}\t{each.value:.4g}\tof {each.count}"
        )
    return 0


def _say(line: str) -> int:
    sys.stdout.write(line + "\n")
    return 0
