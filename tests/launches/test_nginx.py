"""The configuration for nginx that we ship, in Debian's nginx: the same answers as the application's, from files."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.launches.test_incremental import retell
from tests.oree import TODAY, publish_oree
from usine.accounts.contracts import SYSTEM
from usine.launches.public import publish_sites, roll_back, show_live, withdraw_site
from usine.launches.sources.redirects import LONGEST, MOST, list_lines

PROJECT = Path(__file__).resolve().parents[2]
CONFIGURATION = PROJECT / "deploy" / "nginx.conf"
MANUAL = PROJECT / "docs" / "launches.md"
SAME = (
    *("Content-Type", "Content-Encoding", "Content-Disposition", "Cache-Control", "Location"),
    *("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"),
)


@pytest.fixture
def nginx():
    """The program."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        reason = "nginx is not installed (Debian: apt-get install nginx)"
        if os.environ.get("REQUIRE_DATA") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture
def ports(nginx, settings, tmp_path, live_server):
    """The ports of nginx and of the application, with one folder of releases."""
    settings.RELEASES_ROOT = tmp_path / "releases"
    application = int(live_server.url.rpartition(":")[2])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start(nginx, tmp_path, port, application)
    yield port, application
    process.terminate()
    process.wait(10)


def start(nginx, place, port, application):
    """Our configuration with other ports and folder, in an nginx that keeps everything below `place`."""
    ours = CONFIGURATION.read_text("utf-8")
    for theirs, mine in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{application};"),
        ("/srv/usine/var/releases", str(place / "releases")),
    ):
        assert ours.count(theirs) == 1
        ours = ours.replace(theirs, mine)
    places = "".join(
        f"{name}_temp_path {place}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (place / "nginx.conf").write_text(
        f"{'user root;' if os.getuid() == 0 else ''} worker_processes 1; daemon off; pid {place}/pid; "
        f"error_log {place}/log; events {{}} http {{ access_log off; {places} {ours} }}"
    )
    process = subprocess.Popen([nginx, "-p", str(place), "-c", "nginx.conf", "-e", str(place / "log")])
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process
        except OSError:
            continue
    raise AssertionError((place / "log").read_text())


def ask(port, address, **headers):
    """Status, headers and body, unpacked."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(
        "GET", address, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.headers["Content-Encoding"] == "gzip":
        body = gzip.decompress(body)
    return answer.status, answer.headers, body


def compare(ports, address, **headers):
    """Both give the same answer; returns that of nginx."""
    (status, said, body), (status_, said_, body_) = (ask(port, address, **headers) for port in ports)
    assert (address, status, body) == (address, status_, body_)
    for name in SAME:
        assert (address, name, said[name]) == (address, name, said_[name])
    return status, said, body


def is_a_file(answer):
    """Whether nginx answered by itself: only its pages tell when their file was made."""
    return answer[1]["Last-Modified"] is not None


def test_nginx_answers_as_the_application_does_and_switches_with_it(ports):
    publish_oree("001", "BE", "MA")
    show_live()
    nginx, application = ports

    for address in ("/fr-be/oree/", "/nl-be/oree/design/", "/en/oree/legal/", "/ar-ma/oree/"):
        for accepts in ("gzip", "identity"):
            page = compare(ports, address, Accept_Encoding=accepts)
            assert page[0] == 200 and is_a_file(page) and page[1]["Vary"] == "Accept-Encoding"
        known = ask(nginx, address, If_None_Match=page[1]["ETag"], Accept_Encoding="identity")
        assert (known[0], known[2]) == (304, b"")
    html = page[2].decode()

    for missing in ("/fr-be/oree/nowhere/", "/ar-ma/oree/frame.json", "/en/oree/not-found/", "/fr-fr/oree/"):
        assert compare(ports, missing)[0] == 404
    assert compare(ports, "/fr-be/oree/design")[0] == 301
    for asked in (
        "/robots.txt",
        "/sitemap.xml",
        "/sitemaps/fr-be/oree.xml",
        "/.well-known/security.txt",
        "/",
        "/desk/",
    ):
        assert not is_a_file(compare(ports, asked, Accept_Language="fr"))
    assert ask(nginx, "/fr-be/oree/../../../manage.py")[0] == 400

    picture = re.search(r"/pictures/[\w.-]+", html)[0]
    paper = re.search(r"/papers/[\w./-]+\.pdf", ask(nginx, "/fr-be/oree/brochure/")[2].decode())[0]
    assert not is_a_file(compare(ports, paper))  # nobody wanted it before: the application has made it now
    for kept in (picture, paper):
        answer = compare(ports, kept)
        assert is_a_file(answer) and "immutable" in answer[1]["Cache-Control"]
    assert ask(nginx, paper.rpartition("/")[0] + "/recipe.json")[0] == 404
    for static in sorted(set(re.findall(r"/static/[\w./-]+\.(?:css|js|woff2)", html))):
        said, said_ = ask(nginx, static), ask(application, static)
        assert (said[0], said[2], said[1]["Content-Type"]) == (200, said_[2], said_[1]["Content-Type"])
        assert is_a_file(said) and "immutable" in said[1]["Cache-Control"]

    before = ask(nginx, "/en/oree/design/")[2]
    retell("design", "Another line")
    publish_sites("oree", markets=["001", "MA"], on=TODAY, by=SYSTEM)
    assert b"Another line" in compare(ports, "/en/oree/design/")[2] != before
    roll_back("oree", market="001", by=SYSTEM)
    assert compare(ports, "/en/oree/design/")[2] == before
    withdraw_site("oree", market="001", by=SYSTEM)
    assert compare(ports, "/en/oree/design/")[0] == 404
    assert is_a_file(compare(ports, "/ar-ma/oree/"))


def test_nginx_takes_the_longest_old_addresses_as_the_manual_says(nginx, tmp_path):
    manual = MANUAL.read_text("utf-8")
    snippet = re.search(r"```nginx\n(# usine launch redirects.*?)```", manual, re.DOTALL)[1]
    old = (f"/fr-be/{number:05}-{'o' * 300}"[: LONGEST - 1] + "/" for number in range(MOST))
    (tmp_path / "moved.map").write_text("\n".join(list_lines(dict.fromkeys(old, "/fr-be/oree/"))))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} "
        f"http {{ {snippet.replace('/etc/nginx/moved.map', str(tmp_path / 'moved.map'))} }}"
    )
    asked = [nginx, "-t", "-p", str(tmp_path), "-c", "nginx.conf", "-e", str(tmp_path / "log")]
    said = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr  # without room for them it refuses
