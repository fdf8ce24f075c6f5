"""Smooth curves through a few named points: what a silhouette is written in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline, PchipInterpolator
from scipy.ndimage import gaussian_filter1d

Floats = NDArray[np.float64]
SAMPLES = 800
REACH = 200  # samples that a curve is continued by at either end while it is smoothed


class Curve:
    """A function of one variable near its knots, without overshoot and with continuous curvature.

    Monotone between knots (Fritsch, Carlson, "Monotone piecewise cubic interpolation", SIAM J. Numer. Anal. 1980),
    then smoothed by a Gaussian and fitted by a cubic spline, so that reflections run over it without a kink. Outside
    the knots it keeps the value of its end.
    """

    def __init__(self, knots: Sequence[Sequence[float]], *, smoothing: float = 0.02):
        """`knots` are pairs (where, value), ascending; `smoothing` is the Gaussian's width as a share of the length.

        Raises ValueError where there are fewer than two knots, or they do not ascend.
        """
        points = np.asarray(knots, float)
        if points.ndim != 2 or points.shape[1] != 2 or len(points) < 2 or (np.diff(points[:, 0]) <= 0).any():
            raise ValueError("A curve needs two or more points (where, value), ascending.")
        self.first, self.last = float(points[0, 0]), float(points[-1, 0])
        where = np.linspace(self.first, self.last, SAMPLES)
        values = PchipInterpolator(points[:, 0], points[:, 1])(where)
        if smoothing > 0:
            before = 2 * values[0] - values[REACH:0:-1]
            after = 2 * values[-1] - values[-2 : -REACH - 2 : -1]
            whole = gaussian_filter1d(np.concatenate((before, values, after)), smoothing * SAMPLES)
            values = whole[REACH:-REACH]
        self._spline = CubicSpline(where, values)

    def __call__(self, where: Floats) -> Floats:
        return np.asarray(self._spline(np.clip(where, self.first, self.last)))


def ramp(share: Floats) -> Floats:
    """0 before 0, 1 after 1, smooth between: 3t² - 2t³."""
    t = np.clip(share, 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t))
