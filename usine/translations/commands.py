"""`usine translations …`: to translators and back, from the command line."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from html import escape
from pathlib import Path

from django.conf import settings

from usine.accounts.contracts import SYSTEM
from usine.commons.errors import UsineError
from usine.launches.public import render_retold
from usine.translations import public
from usine.translations.contracts import ImportRefused, ImportReport, MachineRefused, Only
from usine.translations.pseudo import pseudonymise
from usine.translations.rules import name_text


class FileUnusable(UsineError):
    code = "file_unusable"


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = groups.add_parser("translations", help="launch texts to translators and back").add_subparsers(
        metavar="VERB", required=True
    )
    export = verbs.add_parser("export", help="write the texts of a language or locale as XLIFF 2.1")
    export.add_argument("vehicle")
    export.add_argument("--to", required=True, metavar="SCOPE", help="a language (es) or a locale (fr-be)")
    export.add_argument("--out", required=True, type=Path, metavar="FILE")
    export.add_argument("--only", type=Only, choices=list(Only), default=Only.ALL)
    export.add_argument(
        "--machine", action="store_true", help="add the proposals of the machine (USINE_MT_URL)"
    )
    export.set_defaults(run=_export)
    import_ = verbs.add_parser("import", help="take the translations of an XLIFF file, all or nothing")
    import_.add_argument("file", type=Path)
    import_.add_argument("--dry-run", action="store_true", help="only tell what would be written")
    import_.add_argument(
        "--stale", action="store_true", help="also texts whose source changed since the export"
    )
    import_.set_defaults(run=_import)
    check = verbs.add_parser("check", help="what is wrong with what a language or locale says")
    check.add_argument("vehicle")
    check.add_argument("--to", required=True, metavar="SCOPE")
    check.set_defaults(run=_check)
    remember = verbs.add_parser("remember", help="fill the translation memory from what a launch says")
    remember.add_argument("vehicle")
    remember.set_defaults(run=_remember)
    glossary = verbs.add_parser("glossary", help="make a CSV file the glossary of a launch")
    glossary.add_argument("vehicle")
    glossary.add_argument("file", type=Path)
    glossary.set_defaults(run=_load_glossary)
    pseudo = verbs.add_parser("pseudo", help="render a launch in English that looks foreign and is longer")
    pseudo.add_argument("vehicle")
    pseudo.add_argument("--out", required=True, type=Path, metavar="FOLDER")
    pseudo.set_defaults(run=_pseudo)


def _export(args: argparse.Namespace) -> int:
    machine = public.find_machine() if args.machine else None
    if args.machine and machine is None:
        raise MachineRefused("No machine translates here: name a LibreTranslate server in USINE_MT_URL.")
    text = public.export_xliff(args.vehicle, args.to, by=SYSTEM, only=args.only, machine=machine)
    _write_file(args.out, text)
    _write(f"{args.out}: {text.count('<unit ')} texts")
    return 0


def _import(args: argparse.Namespace) -> int:
    try:
        content = args.file.read_bytes()
    except OSError as error:
        raise FileUnusable(f"{args.file} cannot be read: {error.strerror}.") from error
    try:
        report = public.import_xliff(
            args.file.name, content, by=SYSTEM, accept_stale=args.stale, is_dry=args.dry_run
        )
    except ImportRefused as error:
        for refusal in error.refusals:
            sys.stderr.write(f"{error.file}: {refusal.unit or 'the file'}: {refusal.reason}\n")
        sys.stderr.write("Nothing was taken.\n")
        return 1
    _tell(report)
    return 0


def _tell(report: ImportReport) -> None:
    verb = "would be written" if report.is_dry else "written"
    _write(
        f"{report.vehicle} {report.scope}: {len(report.written)} texts {verb}, {report.unchanged} unchanged"
    )
    if report.untranslated:
        _write(f"{report.untranslated} of {report.total} segments have no target or are in the state initial")
    for name in report.stale:
        _write(f"left out, its source changed since the export (--stale takes it): {name}")
    for entry in report.warnings:
        for finding in entry.findings:
            _write(f"to judge: {name_text(entry.text)}: {finding.sentence}")


def _check(args: argparse.Namespace) -> int:
    found = public.check_texts(args.vehicle, args.to, by=SYSTEM)
    for entry in found:
        for finding in entry.findings:
            _write(f"{finding.severity}\t{finding.check}\t{name_text(entry.text)}\t{finding.sentence}")
    _write(f"{len(found)} texts of {args.vehicle} in {args.to} have something to judge")
    return 0


def _remember(args: argparse.Namespace) -> int:
    _write(f"{public.fill_memory(args.vehicle, by=SYSTEM)} new pairs")
    return 0


def _load_glossary(args: argparse.Namespace) -> int:
    _write(f"{public.load_glossary(args.vehicle, args.file, by=SYSTEM)} terms")
    return 0


def _pseudo(args: argparse.Namespace) -> int:
    site = escape(f"{settings.SITE_URL.rstrip('/')}/", quote=True)  # where style sheets and pictures are
    for folder, is_mirrored in (("longer", False), ("mirrored", True)):
        say = partial(pseudonymise, is_mirrored=is_mirrored)
        pages = render_retold(args.vehicle, say, is_mirrored=is_mirrored)
        for path, html in pages.items():
            _write_file(args.out / folder / path, html.replace("<head>", f'<head>\n<base href="{site}">', 1))
            _write(str(args.out / folder / path))
    return 0


def _write_file(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    except OSError as error:
        raise FileUnusable(f"{file} cannot be written: {error.strerror}.") from error


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
