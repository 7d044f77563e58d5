"""Take apart a text that names several campaigns."""

import re
from collections.abc import Collection, Iterator

from bot.campaigns.ids import with_dashes
from bot.campaigns.matching import is_surely_of_an_id, without_fillers, words_of

MOST_WORDS = 8  # of two names without a comma; more are a sentence
_BETWEEN = re.compile(r"[,;\n]")
JOINING = ("and", "vs", "vs.", "versus", "with", "against", "to", "or", "&", "+", "/", "|")  # between two names
_JOINING = re.compile(rf"\s(?:{'|'.join(map(re.escape, JOINING))})\s", re.IGNORECASE)


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


def named_beside(text: str, ids: Collection[str]) -> tuple[str, ...]:
    """Return what else a text names that holds these ids: beginnings of ids, or the names in a list with commas.

    Other words around ids are a sentence, and so are fillers such as `please`.
    """
    if text in ids:  # as most commands are, and taking a text apart is slow
        return ()
    if beginnings := beginnings_in(without(text, *ids)):
        return beginnings
    parts = listed_in(with_dashes(text))
    names = tuple(part for part in parts if not any(one in part.lower() for one in ids))
    if any(len(part.split()) > 1 for part in parts if part not in names):
        return ()
    return tuple(name for name in names if without_fillers(words_of(name)))


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
