"""What notifications and screen readers say: the `text` of a message holds what its blocks show."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from blocks.kit import Message
from tests.samples.cards import MESSAGES, as_sent
from tests.samples.texts import MORE

ALL: Final[dict[str, Message]] = {
    **MESSAGES,
    **{name: card for name, card in MORE.items() if isinstance(card, Message)},
}
_NUMBER: Final = re.compile(r"\d[\d,]*%?")
_DATE: Final = re.compile(r"<!date\^[^>]*>")
_MARKS: Final = re.compile(r"[*_`⁠]")
_AGE: Final = re.compile(r"as of (?:<!date[^>]*>|[^·'\"]*\d [AP]M)")


def _fields(card: Any) -> Iterator[str]:
    for block in as_sent(card.blocks):
        yield from (field["text"] for field in block.get("fields", ()))


def _warnings(card: Any) -> Iterator[str]:
    for block in as_sent(card.blocks):
        parts = [block.get("text"), *block.get("elements", ())]
        shown = [part["text"] for part in parts if isinstance(part, dict) and part.get("type") == "mrkdwn"]
        yield from (line[line.index("⚠️") :] for text in shown for line in text.split("\n") if "⚠️" in line)


def _plain(text: str) -> str:
    return _MARKS.sub("", text)


@pytest.mark.parametrize("name", ALL)
def test_the_text_holds_every_number_of_the_fields(name: str) -> None:
    said = _plain(ALL[name].text)
    shown = {number for text in _fields(ALL[name]) for number in _NUMBER.findall(_DATE.sub("", _id_less(text)))}
    assert {number for number in shown if number not in said} == set()


@pytest.mark.parametrize("name", ALL)
def test_the_text_holds_every_warning(name: str) -> None:
    said = _plain(ALL[name].text)
    assert [line for line in map(_plain, _warnings(ALL[name])) if line.removeprefix("⚠️ ") not in said] == []


@pytest.mark.parametrize("name", ALL)
def test_the_text_has_no_bar_and_is_short_enough(name: str) -> None:
    assert not re.search("[█░]", ALL[name].text)
    assert len(ALL[name].text) < 4000


@pytest.mark.parametrize("name", [name for name, card in ALL.items() if _AGE.search(str(card.blocks))])
def test_the_text_says_how_old_the_numbers_are(name: str) -> None:
    assert {age for age in _AGE.findall(str(ALL[name].blocks)) if age not in ALL[name].text} == set()


def _id_less(text: str) -> str:
    return re.sub("`[^`]*`", "", text)
