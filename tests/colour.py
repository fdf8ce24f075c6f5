"""How different two colours look: CIEDE2000, after Sharma, Wu and Dalal (Color Research and Application, 2005)."""

from __future__ import annotations

from math import atan2, cos, degrees, exp, hypot, pi, radians, sin, sqrt

Lab = tuple[float, float, float]
WHITE = (0.95047, 1.0, 1.08883)
"""D65, as sRGB has it."""
TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
FAR = 25.0**7


def read_hex(text: str) -> tuple[int, ...]:
    """`#bdb822` as three numbers from 0 to 255."""
    return tuple(bytes.fromhex(text.removeprefix("#")))


def to_lab(rgb: tuple[float, ...]) -> Lab:
    """sRGB from 0 to 255 as CIE L*a*b*."""
    linear = [c / 3294.6 if c <= 10.31475 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    xyz = [
        sum(k * c for k, c in zip(row, linear, strict=True)) / w for row, w in zip(TO_XYZ, WHITE, strict=True)
    ]
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: Lab, other: Lab) -> float:
    """The CIEDE2000 difference of two colours: 1 is just seen side by side, 10 is another colour of the same name."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    grey = (hypot(a1, b1) + hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * sqrt(grey**7 / (grey**7 + FAR))
    c1, c2 = hypot(stretch * a1, b1), hypot(stretch * a2, b2)
    h1, h2 = atan2(b1, stretch * a1) % (2 * pi), atan2(b2, stretch * a2) % (2 * pi)
    turn = (h2 - h1 + pi) % (2 * pi) - pi if c1 * c2 else 0.0
    chroma, light = (c1 + c2) / 2, (l1 + l2) / 2
    hue = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % (2 * pi)
    weight = (
        1
        - 0.17 * cos(hue - radians(30))
        + 0.24 * cos(2 * hue)
        + 0.32 * cos(3 * hue + radians(6))
        - 0.20 * cos(4 * hue - radians(63))
    )
    s_l = 1 + 0.015 * (light - 50) ** 2 / sqrt(20 + (light - 50) ** 2)
    s_c, s_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * weight
    d_l, d_c, d_h = (l2 - l1) / s_l, (c2 - c1) / s_c, 2 * sqrt(c1 * c2) * sin(turn / 2) / s_h
    rotation = (
        -2 * sqrt(chroma**7 / (chroma**7 + FAR)) * sin(radians(60) * exp(-(((degrees(hue) - 275) / 25) ** 2)))
    )
    return sqrt(d_l**2 + d_c**2 + d_h**2 + rotation * d_c * d_h)
