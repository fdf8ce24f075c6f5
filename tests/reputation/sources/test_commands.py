"""The verbs, as somebody types them."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.reputation.hearing import WordReader
from tests.reputation.sources import storing
from tests.reputation.sources.fortnight import BEGIN, END, replaying
from usine.reputation.contracts import FileUnreadable, SourceInvalid
from usine.reputation.halving import take_in_sound
from usine.reputation.models import Mention, Source
from usine.reputation.sources import commands
from usine.reputation.sources.clocks import Pace
from usine.reputation.sources.health import read_refusals

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def run(monkeypatch):
    """Run a command line; what is heard is only stored. Signals stay those of the test run."""
    monkeypatch.setattr(commands, "find_intake", lambda: storing.take_in)
    monkeypatch.setattr(commands, "_stop_on_signals", lambda stop: None)
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers(required=True))

    def run(*words):
        args = parser.parse_args([str(word) for word in words])
        return args.run(args)

    return run


@pytest.mark.django_db(transaction=True)
def test_the_replay_is_listened_to_by_its_own_clock(run, settings, capsys, monkeypatch):
    pace = Pace(BEGIN + timedelta(days=11), 0, 0, END)
    monkeypatch.setattr("usine.reputation.sources.listening.PAUSE_S", 0.0)
    sources = settings.REPUTATION_REPLAY.parent / "sources.yaml"
    with replaying(pace) as server:
        settings.REPUTATION_LOCAL, settings.REPUTATION_REPLAY_PORT = True, server.server_port
        assert run("sources", "load", sources, "--port", server.server_port) == 0
        assert run("listen", "--once", "--replay", "--only", "correio-da-ria", "--only", "forum-estrada") == 0

    told = capsys.readouterr().out
    count = Mention.objects.count()
    assert f"{count} mentions heard\n" in told and count > 15
    source = Source.objects.get(slug="correio-da-ria")
    assert source.asked_at == pace.begins  # by the replay's clock
    run("sources", "list")
    assert "never_asked\tspree-kurier\tNot asked yet" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_file_is_imported_in_a_sources_name(run, tmp_path, capsys):
    Source.objects.create(slug="agency", name="A", connector="files", address="agency", language="fr")
    file = tmp_path / "m.csv"
    file.write_text("id,text,published_at\n1,Il pleut,2026-11-25\n", "utf-8")
    for _ in range(2):
        run("import", file, "--source", "agency")

    assert capsys.readouterr().out == "m.csv: 1 mention\n" * 2
    assert [(one.external_id, one.language) for one in Mention.objects.all()] == [("1", "fr")]
    with pytest.raises(FileUnreadable, match="cannot be read"):
        run("import", tmp_path / "none.csv", "--source", "agency")


@pytest.mark.django_db
def test_what_is_refused_of_a_file_is_told_and_kept_until_a_sound_one(run, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(commands, "find_intake", lambda: partial(take_in_sound, reader=WordReader()))
    Source.objects.create(slug="agency", name="A", connector="files", address="agency", language="fr")
    file = tmp_path / "m.csv"
    said = []
    for rows in ("1,Il pleut,2026-11-25\n2,\uffff,2026-11-25\n", "1,Il pleut,2026-11-25\n"):
        file.write_text("id,text,published_at\n" + rows, "utf-8")
        run("import", file, "--source", "agency")
        said.append((capsys.readouterr().out, bool(read_refusals(Source.objects.get()))))

    refused = "1 refused, the last one: It has neither text nor title."
    assert said == [(f"m.csv: 1 mention, {refused}\n", True), ("m.csv: 1 mention\n", False)]


@pytest.mark.django_db
def test_a_file_with_a_row_that_its_source_does_not_keep_is_refused_whole(run, tmp_path):
    Source.objects.create(slug="agency", name="A", connector="files", address="agency", keep_days=30)
    file = tmp_path / "m.csv"
    file.write_text("id,text,published_at\n1,Il pleut,2026-11-25\n2,Il neige,2024-01-31\n", "utf-8")
    with pytest.raises(FileUnreadable, match=r"m\.csv, row 3, .* is older than the 30 days that this source"):
        run("import", file, "--source", "agency")
    assert not Mention.objects.exists()


@pytest.mark.django_db
def test_what_cannot_be_is_refused(run, settings):
    with pytest.raises(SourceInvalid, match="There is no source nobody"):
        run("listen", "--once", "--only", "nobody")
    with pytest.raises(SourceInvalid, match="write a number from 1 to 64"):
        run("listen", "--once", "--workers", "0")
    settings.REPUTATION_REPLAY_PORT = 1
    with pytest.raises(SourceInvalid, match="No replay answers at"):
        run("listen", "--once", "--replay")


def test_the_replay_is_a_process_that_ends_when_it_is_told(tmp_path):
    code = (
        "import argparse;"
        "from usine.reputation.sources.replay.commands import add_replay;"
        "p = argparse.ArgumentParser(); add_replay(p.add_subparsers());"
        "a = p.parse_args(['replay', '--port', '0', '--from', '3 10:00', '--speed', '0', '--today', '2026-11-26']);"
        "raise SystemExit(a.run(a))"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "DJANGO_SETTINGS_MODULE": "usine.config.settings",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env={**environment, "USINE_VAR": str(tmp_path)},
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=20)

    assert first.startswith("2026-11-15 10:00 UTC at port ") and first.endswith("until 2026-11-27 00:00\n")
    assert (rest, process.returncode) == ("Stopped.\n", 0)
