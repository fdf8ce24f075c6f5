"""Alerts on real streams of mentions of brands with bursts put into them, beside the peer in the same run.

    .venv/bin/python bench/reputation_alerts.py [FOLDER]

FOLDER has the streams (default USINE_DATA/reputation). The detector was tuned on the brands that are not reported.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bench.record import keep  # noqa: E402
from usine.reputation.trouble.detectors import score_volume  # noqa: E402
from usine.reputation.trouble.quality import evaluate_alerts, read_streams  # noqa: E402


def main() -> None:
    data = Path(os.environ.get("USINE_DATA", PROJECT.parent / "shared"))
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else data / "reputation"
    found = evaluate_alerts(folder)
    longest = max((stream.counts for stream in read_streams(folder)), key=len)
    start = time.perf_counter()
    score_volume(longest)
    found["steps_per_second"] = round(len(longest) / (time.perf_counter() - start))
    keep("reputation_alerts", found)
    for name in ("detector", "peer"):
        for rule in ("as_raised", "one_in_24_h"):
            for group in ("reported", "others"):
                print(f"{name:9} {rule:12} {group:9} {found[name][rule][group]}")
    print(f"{found['steps_per_second']} steps/s")


if __name__ == "__main__":
    main()
