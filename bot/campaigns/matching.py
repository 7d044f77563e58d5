"""Find the campaigns that typed words mean: by name, by the beginning of an id, by words, or by nearly those words."""

import re
import string
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import ModuleType
from typing import Literal

from bot.campaigns.listing import STATUSES, Entry, Listing
from bot.errors import CareCycleError

Place = Literal["name", "id", "status", "description"]
SHORTEST = 3  # characters; fewer match too much to be worth a request
SHORTEST_ID = 4  # characters of an id; fewer are in too many ids to be meant as a part of one
MOST_NEAR = 5
_MOST_WORDS = 20  # different words with typos; more are no name, and each is compared with every word of every name
_OF_AN_ID = re.compile(r"[0-9a-f](?:-?[0-9a-f]){3,31}-?")
_MARKS = re.compile(r"^[\W_]+|[\W_]+$")  # quotes, asterisks, a question mark around a word
_BETWEEN = string.punctuation + "–—‑·•/…“”‘’«»"  # characters that part the words of a name
_APART = str.maketrans(dict.fromkeys(_BETWEEN, " "))
_JOINED = str.maketrans(dict.fromkeys(_BETWEEN + string.whitespace + "\u00a0"))
# Words around a name that are no part of it. They count when the whole text, with them, is found.
_FILLERS = frozenset(
    (  # noqa: SIM905 - as text it stands on five lines
        "a an and are at by can card campaign campaigns check could details do does doing find for from get give going "
        "hello hey hi how i id in info is it know lookup look me my need of on one our over please pls plz search see "
        "show some status tell thank thanks that the them this to today up us view want we what whats what's where "
        "which who with would you your"
    ).split()
)


def fold(text: str) -> str:
    """Return text in lower case and without accents, for comparing."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(character for character in apart if not unicodedata.combining(character)).casefold()


def words_of(typed: str) -> tuple[str, ...]:
    """Split typed text into folded words without the marks around them. Keep the marks if there is nothing else."""
    typed_words = fold(typed).split()
    return tuple(filter(None, (_MARKS.sub("", word) for word in typed_words))) or tuple(typed_words)


def without_fillers(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words that may be a part of a name, such as `medicare` of `find medicare please`; maybe none."""
    return tuple(word for word in words if word not in _FILLERS)


def word_to_ask_for(words: Sequence[str]) -> str:
    """Return the longest word, which finds the fewest campaigns, or "" when all are shorter than SHORTEST.

    It is only one word, because careCycle may match several only as a phrase. A word that may be an id or a status is
    the last choice, because careCycle searches names and descriptions alone.
    """
    long_enough = [word for word in without_fillers(words) or words if len(word) >= SHORTEST]
    return max(long_enough, key=lambda word: (not looks_elsewhere(word), len(word)), default="")


def looks_elsewhere(word: str) -> bool:
    """Return whether the word may be a part of an id, or a status."""
    return word in STATUSES or may_be_of_an_id(word)


def may_be_of_an_id(word: str) -> bool:
    """Return whether the word has at least four characters and only those of an id."""
    return _OF_AN_ID.fullmatch(word) is not None


def is_surely_of_an_id(word: str) -> bool:
    """Return whether the word may be a part of an id and is no English word, such as `cafe`: it has a digit."""
    return may_be_of_an_id(word) and not word.isalpha()


def begins(entry: Entry, beginning: str) -> bool:
    """Return whether the campaign's id begins so, with or without dashes."""
    return entry.id.replace("-", "").startswith(beginning.replace("-", ""))


def place_of(entry: Entry, words: Sequence[str]) -> Place | None:
    """Return where the words are, or None when one is nowhere: of several places, the last of Place.

    Each word must be in the name or the description, a part of the id, or the status.
    """
    name, status, description = fold(entry.name), fold(entry.status or ""), ""
    worst = 0
    for word in words:
        if word in name:
            continue
        if may_be_of_an_id(word) and word.replace("-", "") in entry.id.replace("-", ""):
            place = 1
        elif word == status:
            place = 2
        elif word in (description := description or fold(entry.description)):
            place = 3
        else:
            return None
        worst = max(worst, place)
    return _PLACES[worst]


_PLACES: tuple[Place, ...] = ("name", "id", "status", "description")


def matching(
    entries: Iterable[Entry],
    words: Sequence[str],
    *,
    whole: bool,
    problem: CareCycleError | None = None,
    total: int | None = None,
) -> Listing:
    """Return the entries that `words` mean, each once, best first; without any, those that they nearly mean.

    Best is the one of exactly that name; then an id that begins so; then all words in the name, the phrase before
    single words; then words elsewhere. Among equals, the last changed is first. A word of letters alone, such as
    `cafe`, is a name before it is the beginning of an id. Where nothing fits, filler words are left out.
    """
    known = {entry.id: entry for entry in entries}
    listing = Listing((), whole, problem, len(known), total=total)
    for tried in dict.fromkeys((tuple(words), without_fillers(words))):
        if tried and (found := _ranked(known.values(), tried)):
            ordered = tuple(entry for rank in sorted(found) for entry in found[rank])
            first = min(found)
            alike = _NAMED if first in _NAMED else (first,)
            best = tuple(entry for rank in alike for entry in found.get(rank, ()))
            return replace(listing, entries=ordered, best=best, sure=first <= _BEGINNING, words=tried)
    if not words:
        ordered = tuple(sorted(known.values(), key=_age, reverse=True))
        return replace(listing, entries=ordered)
    meant = without_fillers(words)
    return replace(listing, near=near(known.values(), meant) if meant else (), words=meant or tuple(words))


_EXACT, _BEGINNING, _PHRASE, _IN_NAME, _LETTERS, _ELSEWHERE = range(6)
_NAMED = (_PHRASE, _IN_NAME)  # one is shown first, but both are in the name


def _ranked(entries: Iterable[Entry], words: Sequence[str]) -> dict[int, list[Entry]]:
    """Return the fitting entries by rank, a low one first, and the last changed first in each."""
    phrase, distinct = " ".join(words), tuple(dict.fromkeys(words))
    beginning = phrase if may_be_of_an_id(phrase) else ""
    found: dict[int, list[Entry]] = {}
    for entry in entries:
        if place := place_of(entry, distinct):
            found.setdefault(_rank(entry, place, words, phrase, beginning), []).append(entry)
    for held in found.values():
        held.sort(key=_age, reverse=True)
    return found


def _rank(entry: Entry, place: Place, words: Sequence[str], phrase: str, beginning: str) -> int:
    if place == "name":
        name = fold(entry.name)
        if len(name) <= len(phrase) + _MOST_MARKS and words_of(entry.name) == tuple(words):
            return _EXACT
        return _PHRASE if phrase in name else _IN_NAME
    if beginning and begins(entry, beginning):
        return _LETTERS if beginning.isalpha() else _BEGINNING
    return _ELSEWHERE


_MOST_MARKS = 40  # characters beside the words in a name that is still exactly that name


def _age(entry: Entry) -> float:
    return entry.updated_at.timestamp() if entry.updated_at else float("-inf")


def near(entries: Iterable[Entry], words: Sequence[str]) -> tuple[Entry, ...]:
    """Return at most five campaigns whose names hold nearly these words, the nearest first.

    A word of four to seven letters may have one typo, a longer one two; a word with a digit none. When that finds
    nothing, the spaces between the words may be wrong.
    """
    known = list(entries)
    names = [fold(entry.name) for entry in known]
    apart = " ".join(words).translate(_APART).split()
    distinct = tuple(dict.fromkeys(apart))
    far = (_by_words(names, distinct) if len(distinct) <= _MOST_WORDS else {}) or _by_letters(names, apart)
    nearest = sorted(far, key=lambda place: (far[place], -_age(known[place])))
    return tuple(known[place] for place in nearest[:MOST_NEAR])


def _by_words(names: Sequence[str], words: Sequence[str]) -> dict[int, int]:
    """Return the number of typos of the names in which each word is, or nearly is, by their places in `names`."""
    apart = [f" {name.translate(_APART)} " for name in names]
    vocabulary = tuple(set("".join(apart).split()))
    far = dict.fromkeys(range(len(names)), 0)
    for word in words:
        close = {f" {known} ": typos for known, typos in _close(word, vocabulary).items()}
        typos = ((place, _typos(apart[place], word, close)) for place in far)
        far = {place: far[place] + count for place, count in typos if count is not None}
    return far


def _typos(name: str, word: str, close: Mapping[str, int]) -> int | None:
    if word in name:
        return 0
    return min((typos for known, typos in close.items() if known in name), default=None)


def _by_letters(names: Sequence[str], words: Sequence[str]) -> dict[int, int]:
    """Return the number of typos of the names that nearly are the words, whatever the spaces, by their places."""
    joined, meant = [name.translate(_JOINED) for name in names], "".join(words)
    close = _close(meant, tuple(set(joined)))
    far = {place: close[name] for place, name in enumerate(joined) if name in close}
    return far if len(meant) < _LONG else far | {place: 0 for place, name in enumerate(joined) if meant in name}


def _close(word: str, vocabulary: Sequence[str]) -> dict[str, int]:
    """Return the number of typos of the known words that are near enough."""
    most = 0 if not word.isalpha() or len(word) < SHORTEST_ID else 1 if len(word) < _LONG else 2
    if not most:
        return {}
    process, distance = _rapidfuzz()
    found = process.extract(word, vocabulary, scorer=distance.OSA.distance, score_cutoff=most, limit=None)
    return {known: int(typos) for known, typos, _ in found}


_LONG = 8  # characters; a word that long may have two typos


@cache
def _rapidfuzz() -> tuple[ModuleType, ModuleType]:
    """Return the library's modules. They are loaded for the first typo, because they take 7 MB."""
    from rapidfuzz import distance, process

    return process, distance
