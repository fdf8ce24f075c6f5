"""One coarse car for all tests of its files: with everything that its range may show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.once import build_once
from usine.ranges.public import check_range
from usine.studio.assembly import build_car
from usine.studio.silhouette import read_silhouette

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def features():
    return check_range(PROJECT / "demo/ranges/oree").catalogue.features


@pytest.fixture(scope="session")
def model(features):
    silhouette = read_silhouette(PROJECT / "demo/studio/oree.yaml")
    return build_once("coarse-car", lambda: build_car(silhouette, features, detail=8))
