"""Machine translation: off unless `USINE_MT_URL` names a LibreTranslate server.

What a machine says is never live: it goes to translators as matches of type `mt`, in files only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.conf import settings

from usine.translations.contracts import MachineRefused, MachineTranslator
from usine.translations.inline import FIGURE

BATCH_TEXTS, BATCH_CHARACTERS = 25, 4_000
"""What one request holds at most; servers refuse larger ones (LibreTranslate's --batch-limit, --char-limit)."""
LARGEST = 4 * 1024 * 1024  # bytes of an answer
TAG = re.compile(r'<span translate="no" id="f(\d+)">.*?</span>', re.DOTALL)


class LibreTranslate:
    """The HTTP API of LibreTranslate: POST /translate with `q` a list, `format` html, the answer in `translatedText`.

    Figures travel as elements that are not to be translated, so that they come back whole or are missed.
    """

    def __init__(self, url: str, *, key: str = "", timeout_s: float = 30.0):
        """`url` is the server's address, http or https; `timeout_s` is for each request."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise MachineRefused(f"{url} is no address of a translation server: begin it with https://.")
        self.name = f"LibreTranslate at {urlsplit(url).netloc.rpartition('@')[2]}"
        self._address, self._key, self._timeout_s = f"{url.rstrip('/')}/translate", key, timeout_s

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The texts in the target language, in their order. Raises MachineRefused; then there is none of them."""
        said: list[str] = []
        for batch in _cut(texts):
            answer = self._post([protect(text) for text in batch], source, target)
            if not isinstance(answer, list) or len(answer) != len(batch):
                raise MachineRefused(
                    f"{self.name} did not answer with {len(batch)} texts: check its version and address."
                )
            said += [self._restore(text, told) for text, told in zip(batch, answer, strict=True)]
        return said

    def _restore(self, text: str, told: object) -> str:
        restored = restore(text, str(told))
        if restored is None:
            raise MachineRefused(f"{self.name} lost a figure of “{text[:60]}”: translate this text by hand.")
        return restored

    def _post(self, texts: list[str], source: str, target: str) -> Any:
        body = {"q": texts, "source": source, "target": target, "format": "html"}
        body |= {"api_key": self._key} if self._key else {}
        request = Request(
            self._address,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            method="POST",
        )
        try:
            with urlopen(request, timeout=self._timeout_s) as answer:
                return json.loads(answer.read(LARGEST))["translatedText"]
        except HTTPError as error:
            raise MachineRefused(f"{self.name} refused ({error.code}): {_read_reason(error)}") from error
        except (URLError, TimeoutError, OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise MachineRefused(f"{self.name} does not answer ({reason}): try again later.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise MachineRefused(
                f"{self.name} answered something else than translations: check its address."
            ) from error


def find_machine() -> MachineTranslator | None:
    """The machine of the settings; None when it is off, as by default. Raises MachineRefused on a wrong address."""
    url = settings.MACHINE_TRANSLATION_URL
    return LibreTranslate(url, key=settings.MACHINE_TRANSLATION_KEY) if url else None


def protect(text: str) -> str:
    """HTML in which each figure is an element that is not to be translated, numbered in its order."""
    parts = re.split(f"({FIGURE.pattern})", text)
    said = (
        f'<span translate="no" id="f{at // 2}">{escape(part)}</span>' if at % 2 else escape(part, quote=False)
        for at, part in enumerate(parts)
    )
    return "".join(said)


def restore(text: str, told: str) -> str | None:
    """The translation as text with the figures of `text` back in it; None unless each is there once."""
    figures = FIGURE.findall(text)
    found = [int(number) for number in TAG.findall(told)]
    if sorted(found) != list(range(len(figures))):
        return None
    restored = unescape(TAG.sub(lambda tag: f"\0{tag[1]}\0", told))
    whole = re.sub("\0(\\d+)\0", lambda mark: figures[int(mark[1])], restored)
    return whole if sorted(FIGURE.findall(whole)) == sorted(figures) else None


def _cut(texts: Sequence[str]) -> Iterator[list[str]]:
    """Batches in order; a text longer than a batch travels alone."""
    batch: list[str] = []
    for text in texts:
        if batch and (len(batch) == BATCH_TEXTS or sum(map(len, batch)) + len(text) > BATCH_CHARACTERS):
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def _read_reason(error: HTTPError) -> str:
    """LibreTranslate says {"error": "…"}; other servers whatever."""
    try:
        said = json.loads(error.read(LARGEST))["error"]
    except (ValueError, KeyError, TypeError, OSError):
        return "it gives no reason."
    return f"{str(said)[:200].rstrip('.')}."
