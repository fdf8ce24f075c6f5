"""The machine's port over real HTTP: LibreTranslate's API, its exchanges kept as its documentation shows them."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given

from tests.translations.files import load_without_spanish
from tests.translations.texts import TEXTS
from usine.accounts.contracts import SYSTEM
from usine.launches.models import Overlay
from usine.translations.contracts import MachineRefused
from usine.translations.machine import BATCH_TEXTS, LibreTranslate, find_machine, protect, restore
from usine.translations.public import export_xliff, import_xliff

DOCUMENTED = Path(__file__).parent / "documented"
TEXT = "Orée, a city car {length} m long, from {price}."


@pytest.fixture
def server():
    """A server that answers what a test puts in `answer`, and keeps what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append({"method": "POST", "path": self.path, "headers": dict(self.headers), "body": body})
            status, said = server.answer(body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write((said if isinstance(said, str) else json.dumps(said)).encode())

        def log_message(self, *_):
            pass

    asked: list[dict] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = asked
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def echo(body):
    """A machine that translates nothing, in the shape of the API."""
    return 200, {"translatedText": body["q"]}


def test_the_documented_exchange_is_what_is_sent_and_understood(server):
    documented = json.loads((DOCUMENTED / "translate.json").read_text("utf-8"))
    server.answer = lambda body: (documented["response"]["status"], documented["response"]["body"])

    said = LibreTranslate(f"{server.url}/", key="a-key").translate([TEXT, "Salt & pepper"], "en", "es")

    asked, wanted = server.asked[0], documented["request"]
    assert (asked["method"], asked["path"], asked["body"]) == (
        wanted["method"],
        wanted["path"],
        wanted["body"],
    )
    assert wanted["headers"].items() <= asked["headers"].items()
    assert said == ["Orée, un coche urbano desde {price}, {length} m de largo.", "Sal & pimienta"]


@pytest.mark.parametrize("documented", json.loads((DOCUMENTED / "refusals.json").read_text("utf-8")))
def test_every_documented_refusal_is_one_sentence(server, documented):
    server.answer = lambda body: (documented["status"], documented["body"])
    with pytest.raises(MachineRefused) as refused:
        LibreTranslate(server.url).translate([TEXT, "Salt"], "en", "es")
    assert str(refused.value).startswith("LibreTranslate at 127.0.0.1:")
    assert documented["sentence"] in str(refused.value)


def test_no_key_sends_none_and_many_texts_go_in_batches(server):
    server.answer = echo
    texts = [f"Text {number}" for number in range(2 * BATCH_TEXTS + 1)]
    assert LibreTranslate(server.url).translate(texts, "en", "es") == texts
    assert [len(asked["body"]["q"]) for asked in server.asked] == [BATCH_TEXTS, BATCH_TEXTS, 1]
    assert "api_key" not in server.asked[0]["body"]
    long = ["a" * 3_000, "b" * 3_000, "c" * 9_000]
    assert LibreTranslate(server.url).translate(long, "en", "es") == long
    assert [len(asked["body"]["q"]) for asked in server.asked[3:]] == [1, 1, 1]


def test_a_server_that_is_not_there_or_never_answers_is_one_sentence():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(MachineRefused, match="does not answer"):
            LibreTranslate(address).translate(["a"], "en", "es")
        silent.listen()
        with pytest.raises(MachineRefused, match="does not answer"):
            LibreTranslate(address, timeout_s=0.05).translate(["a"], "en", "es")


@given(TEXTS)
def test_what_is_protected_comes_back_as_it_was(text):
    assert restore(text, protect(text)) == text.replace("\0", "") or "\0" in text


def test_figures_that_are_lost_doubled_or_written_anew_are_noticed():
    html = protect(TEXT)
    tag = '<span translate="no" id="f1">{price}</span>'
    assert restore(TEXT, html.replace(tag, "")) is None
    assert restore(TEXT, html.replace(tag, tag + tag)) is None
    assert restore(TEXT, html + " {price}") is None


def test_it_is_off_unless_an_address_is_set(settings):
    assert find_machine() is None
    settings.MACHINE_TRANSLATION_URL = "https://mt.example"
    assert find_machine().name == "LibreTranslate at mt.example"
    settings.MACHINE_TRANSLATION_URL = "file:///etc/passwd"
    with pytest.raises(MachineRefused, match="no address"):
        find_machine()


def test_what_a_machine_says_is_a_candidate_and_never_live(db, server):
    load_without_spanish()
    server.answer = echo
    document = export_xliff("oree", "es", by=SYSTEM, machine=LibreTranslate(server.url))
    assert document.count('type="mt"') == document.count("<unit ") > 80
    report = import_xliff("es.xlf", document.encode(), by=SYSTEM)
    assert (report.written, report.untranslated) == ((), report.total)
    assert not Overlay.objects.filter(scope="es").exists()
