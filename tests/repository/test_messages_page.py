"""docs/messages.md is up to date, and holds every sentence of `blocks`."""

import re
from typing import Final

import pytest

from tests.messages_page import COMMAND, PAGE, ROOT, constants, page
from tests.samples.cards import assert_slack_takes
from tests.samples.read_aloud import plain
from tests.samples.texts import MORE

# Sentences of `blocks` that no sample shows, each with the reason.
EXCEPTIONS: Final[dict[str, str]] = {}


def test_the_page_of_messages_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"run `{COMMAND}`, and look at the difference"


def test_every_sentence_of_blocks_is_on_the_page() -> None:
    said = _normal(page())
    missing = {
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for file in sorted((ROOT / "blocks").rglob("*.py"))
        for line, text in constants(file)
        if _normal(text) not in said and text not in EXCEPTIONS
    }
    assert missing == set(), "no sample in tests/samples shows these"


@pytest.mark.parametrize("name", MORE)
def test_slack_takes_what_stands_only_there(name: str) -> None:
    assert_slack_takes(MORE[name])


def test_no_exception_is_needless() -> None:
    texts = {text for file in (ROOT / "blocks").rglob("*.py") for _, text in constants(file)}
    assert EXCEPTIONS.keys() <= texts


def _normal(text: str) -> str:
    """Return the words alone: marks, quotes at the start of lines and line ends differ between code and page."""
    return re.sub(r"[\W_]+", " ", plain(text.replace("&lt;", "<").replace("\\*", "*"))).strip()
