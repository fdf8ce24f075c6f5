"""The room's pages as somebody who is signed in reads them."""

from __future__ import annotations

from django.test import Client

ROOM = "/desk/reputation/"


def read(client: Client, path: str = "") -> str:
    answer = client.get(ROOM + path)
    assert answer.status_code == 200, path
    return answer.content.decode()
