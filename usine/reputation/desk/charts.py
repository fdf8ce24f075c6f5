"""Charts as SVG, drawn by the server: bars from zero, labels on what they name, colours of the desk's tokens.

Each has a title and a description for who does not see it; the table of the same figures stands beside it on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import count

from django.utils.safestring import SafeString, mark_safe

from usine.reputation.desk.words import write_number, write_short

FULL, WIDE, TABLET, HALF, PHONE = 1390, 900, 780, 660, 360
"""Widths of a drawing: of the page, beside a panel, of a tablet, of half a page, of a phone."""
HEIGHT = 230
START, TOP, FLOOR = 40.0, 18.0, 204.0
LINES = ("now", "then", "then2")
"""How curves are told apart: the first is the one that matters."""
SCREENS = {PHONE: "slim", TABLET: "middle", HALF: "broad", FULL: "broad"}
"""Of a chart drawn for every screen, the style sheet shows the drawing whose words are of their size there."""
_numbers = count()
ENDS = {1: 5, 1.2: 4, 1.5: 3, 2: 4, 2.5: 5, 3: 3, 4: 4, 5: 5, 6: 3, 8: 4, 10: 5}
"""Where an axis may end, and by how many lines it is divided then."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment with its words: a line from the axis up, labelled on the side where there is room."""

    at: float  # in steps from the first
    title: str
    text: str = ""
    level: int = 0  # 0 is the highest


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: negative ones stand on the axis, the others on them. `usual` and its band are of all together."""

    negative: float
    other: float
    usual: float | None = None
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Where steps and values lie on the drawing."""

    steps: int
    most: float
    width: int

    @property
    def end(self) -> float:
        return self.width - 8.0

    @property
    def step(self) -> float:
        return (self.end - START) / max(self.steps, 1)

    def x(self, step: float) -> float:
        return START + step * self.step

    def y(self, value: float) -> float:
        return FLOOR - (FLOOR - TOP) * value / self.most


def draw_bars(
    steps: Sequence[Step],
    labels: Sequence[tuple[float, str]],
    marks: Sequence[Mark] = (),
    *,
    title: str,
    says: str,
    width: int = WIDE,
) -> SafeString:
    """Bars by time against what is usual then; `labels` are words below the axis at steps."""
    tallest = max((max(step.negative + step.other, step.high, step.usual or 0) for step in steps), default=0)
    frame = Frame(len(steps), round_up(tallest), width)
    parts = [_draw_grid(frame), _draw_band(steps, frame)]
    gap = min(1.2, frame.step * 0.15)
    for number, step in enumerate(steps):
        x, thick = frame.x(number) + gap / 2, frame.step - gap
        whole = step.negative + step.other
        parts.append(_rect(x, frame.y(whole), thick, frame.y(step.negative) - frame.y(whole), "--rule-2"))
        parts.append(_rect(x, frame.y(step.negative), thick, FLOOR - frame.y(step.negative), "--bad"))
    usual = [(frame.x(n + 0.5), frame.y(s.usual)) for n, s in enumerate(steps) if s.usual is not None]
    if usual:
        parts.append(f'<polyline class="usual" points="{_points(usual)}"/>')
    parts.append(f'<path class="axis" d="M{START} {FLOOR}H{frame.end}"/>')
    parts += [_draw_mark(mark, frame) for mark in marks]
    parts += [_text(frame.x(at), FLOOR + 18, text, "middle") for at, text in labels]
    return _wrap("".join(parts), title, says, width)


def draw_bars_to_fit(
    steps: Sequence[Step],
    labels: Sequence[tuple[float, str]],
    slim_labels: Sequence[tuple[float, str]] = (),
    *,
    title: str,
    says: str,
) -> SafeString:
    """Bars that fit every screen without scrolling; on a phone `slim_labels`, where words are long."""
    drawn = [
        draw_bars(
            steps, (slim_labels or labels) if width == PHONE else labels, title=title, says=says, width=width
        )
        for width in (PHONE, TABLET, FULL)
    ]
    return mark_safe("".join(drawn))


def draw_curves_to_fit(
    curves: Sequence[tuple[str, Sequence[tuple[int, float]]]], *, first: int, last: int, title: str, says: str
) -> SafeString:
    """Lines that fit every screen without scrolling."""
    drawn = [
        draw_curves(curves, first=first, last=last, title=title, says=says, width=width)
        for width in (PHONE, HALF)
    ]
    return mark_safe("".join(drawn))


def draw_curves(
    curves: Sequence[tuple[str, Sequence[tuple[int, float]]]],
    *,
    first: int,
    last: int,
    title: str,
    says: str,
    width: int = WIDE,
) -> SafeString:
    """Lines by days from `first` to `last`, day 0 marked; each bears its name at its highest point."""
    most = max((value for _name, points in curves for _day, value in points), default=0)
    frame = Frame(last - first, round_up(most), width)
    zero = frame.x(-first)
    parts = [_draw_grid(frame), f'<path class="axis" d="M{START} {FLOOR}H{frame.end}"/>']
    parts.append(f'<path class="mark" d="M{zero:.1f} {FLOOR}V{TOP - 8:.0f}"/>')
    for number, (name, values) in enumerate(curves):
        points = [(frame.x(day - first), frame.y(value)) for day, value in values]
        if not points:
            continue
        if number == 0:
            parts.append(f'<polyline class="hl" points="{_points(points)}"/>')
        parts.append(f'<polyline class="{LINES[min(number, 2)]}" points="{_points(points)}"/>')
        x, y = min(points, key=lambda point: point[1])
        parts.append(
            _text(min(x + 6, frame.end - 120), max(y + 4 + 14 * (number > 0), 12), name, "start", "lab")
        )
    every = max(1, round((last - first) / 8))
    days = range(-(-first // every) * every, last + 1, every)
    for day in days:
        is_last = day == last  # a word in the middle of it would be cut
        parts.append(
            _text(
                frame.width if is_last else frame.x(day - first),
                FLOOR + 18,
                _signed(day),
                "end" if is_last else "middle",
            )
        )
    return _wrap("".join(parts), title, says, width)


def draw_bar(value: float, most: float, *, usual: float | None = None, is_bad: bool = False) -> SafeString:
    """A row's own bar; a tick where it usually is."""
    width = 260 * value / most if most else 0
    tick = ""
    if usual is not None and most:
        tick = (
            f'<path d="M{min(260 * usual / most, 259):.1f} 0v12" stroke="var(--ink)" stroke-width="2" '
            'vector-effect="non-scaling-stroke"/>'
        )
    fill = "var(--bad)" if is_bad else "var(--ink-3)"
    return mark_safe(
        '<svg viewBox="0 0 260 12" width="100%" height="12" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect y="3" height="6" width="{width:.1f}" fill="{fill}"/>{tick}</svg>'
    )


def round_up(value: float) -> float:
    """The end of an axis: the next of ENDS times a power of ten, at least 4."""
    size = 1.0
    while size * 10 < value:
        size *= 10
    return max(4.0, next(step * size for step in ENDS if step * size >= value))


def _draw_grid(frame: Frame) -> str:
    parts = []
    size = 10.0 ** (len(str(int(frame.most))) - 1)
    lines = ENDS.get(round(frame.most / size, 1), 4)
    for number in range(1, lines + 1):
        value = frame.most * number / lines
        y = frame.y(value)
        parts.append(f'<path class="grid" d="M{START} {y:.1f}H{frame.end}"/>')
        written = write_short(value) if value >= 10_000 else write_number(value)
        parts.append(_text(START - 6, y + 4, written, "end"))
    return "".join(parts)


def _draw_band(steps: Sequence[Step], frame: Frame) -> str:
    upper = [(frame.x(n + 0.5), frame.y(s.high)) for n, s in enumerate(steps) if s.usual is not None]
    lower = [(frame.x(n + 0.5), frame.y(s.low)) for n, s in enumerate(steps) if s.usual is not None]
    is_wide = any(step.high > step.low for step in steps)
    return f'<polygon class="band" points="{_points([*upper, *reversed(lower)])}"/>' if is_wide else ""


def _draw_mark(mark: Mark, frame: Frame) -> str:
    x, top = frame.x(mark.at), TOP - 8 + 42 * mark.level
    is_late = x > frame.width / 2
    anchor, start = ("end", x - 5) if is_late else ("start", x + 5)
    text = _text(start, top + 25, mark.text, anchor, "sub") if mark.text else ""
    line = f'<path class="mark" d="M{x:.1f} {FLOOR}V{top:.0f}"/>'
    return line + _text(start, top + 10, mark.title, anchor, "lab") + text


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    if height <= 0.05:
        return ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="var({colour})"/>'


def _text(x: float, y: float, text: str, anchor: str, name: str = "") -> str:
    css = f' class="{name}"' if name else ""
    return f'<text{css} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _signed(day: int) -> str:
    return write_number(day, signed=True)


def _wrap(
    inside: str,
    title: str,
    says: str,
    width: int = WIDE,
) -> SafeString:
    number = next(_numbers)
    # One that is not drawn for every screen scrolls before its words get too small.
    if width in SCREENS:
        style = f'class="ch ch--{SCREENS[width]}"'
    else:
        style = f'class="ch" style="min-inline-size:{0.75 * width:.0f}px"'
    return mark_safe(
        f'<svg {style} viewBox="0 0 {width} {HEIGHT}" width="100%" role="img" '
        f'aria-labelledby="ct{number} cd{number}"><title id="ct{number}">{escape(title)}</title>'
        f'<desc id="cd{number}">{escape(says)}</desc>{inside}</svg>'
    )
