"""Take apart a text that names several campaigns."""

import re
from collections.abc import Iterator

from bot.campaigns.ids import with_dashes
from bot.campaigns.matching import is_surely_of_an_id, words_of

MOST_WORDS = 8  # of two names without a comma; more are a sentence
_BETWEEN = re.compile(r"\s*[,;\n]\s*")
JOINING = ("and", "vs", "vs.", "versus", "with", "against", "to", "or", "&", "+", "/", "|")  # between two names
_JOINING = re.compile(rf"\s+(?:{'|'.join(map(re.escape, JOINING))})\s+", re.IGNORECASE)


def listed_in(text: str) -> tuple[str, ...]:
    """Return the parts between commas, semicolons and line breaks, each once."""
    return _parts(_BETWEEN, text)


def joined_in(text: str) -> tuple[str, ...]:
    """Return the parts between words such as `and`, `vs` and `with`, each once."""
    return _parts(_JOINING, text)


def beginnings_in(text: str) -> tuple[str, ...]:
    """Return the words of a text that has only beginnings of ids, or nothing when it has another word."""
    words = words_of(text.replace(",", " "))
    return words if all(map(is_surely_of_an_id, words)) else ()


def splits_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield every way to take the words of a text as two names."""
    words = text.split()
    if len(words) <= MOST_WORDS:
        for place in range(1, len(words)):
            first, second = " ".join(words[:place]), " ".join(words[place:])
            if _may_be_a_name(first) and _may_be_a_name(second):
                yield first, second


def _may_be_a_name(text: str) -> bool:
    """Return whether the text has a letter. A number alone, such as a year, is a part of the other name."""
    return any(map(str.isalpha, text))


def without(text: str, *ids: str) -> str:
    """Return the text without these ids and the words that join them to others."""
    rest = with_dashes(text).replace(",", " ")
    for campaign_id in ids:
        rest = re.sub(re.escape(campaign_id), " ", rest, flags=re.IGNORECASE)
    return " ".join(word for word in rest.split() if word.lower() not in JOINING)


def _parts(between: "re.Pattern[str]", text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(words_of, map(str.strip, between.split(text)))))
