"""Compile every `django.po` of the rooms into the `django.mo` that gettext reads. Skips what is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

ROOMS = Path(__file__).resolve().parents[1] / "usine"


def compile_catalogue(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
        return False
    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parts[-3], abort_invalid=True)
    partial = mo.with_suffix(".mo.partial")
    with partial.open("wb") as target:
        write_mo(target, catalogue)
    partial.replace(mo)
    return True


def main() -> int:
    done = 0
    for po in sorted(ROOMS.glob("*/locale/*/LC_MESSAGES/django.po")):
        try:
            done += compile_catalogue(po)
        except (PoFileError, UnicodeDecodeError) as error:
            print(f"{po.relative_to(ROOMS.parent)}: {error}", file=sys.stderr)
            return 1
    if done:
        print(f"• Translations ({done} catalogues)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
