"""Text from outside that no encoding and no database takes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.readable_text import may_be_unreadable, readable, readable_json

ANY = st.text(st.characters(codec=None, categories=None))
TEXTS = st.one_of(ANY, st.sampled_from(["\ud83d", "a\udfffb", "\x00", "📞", "\ufeff", "Müller"]))
JSON = st.recursive(
    TEXTS | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=8
)


@given(TEXTS)
def test_what_is_readable_can_be_written_down_everywhere(text: str) -> None:
    kept = readable(text)
    assert "\x00" not in kept
    assert kept.encode().decode() == kept
    assert len(kept) == len(text)
    assert [one for one in zip(text, kept, strict=True) if one[0] != one[1] and one[1] != "\ufffd"] == []


@given(JSON)
def test_all_texts_and_names_of_json_are(data: Any) -> None:
    json.dumps(readable_json(data), ensure_ascii=False).encode()


@given(JSON, st.booleans())
def test_json_that_is_not_suspected_needs_no_change(data: Any, escaped: bool) -> None:
    body = json.dumps(data, ensure_ascii=escaped).encode(errors="surrogatepass")
    sent = json.loads(body)
    if not may_be_unreadable(body):
        assert readable_json(sent) == sent


def test_an_emoji_stays_also_where_it_is_sent_as_two_escapes() -> None:
    assert readable_json(json.loads(rb'{"name": "\ud83d\udcde call \ud83d"}')) == {"name": "📞 call \ufffd"}


@pytest.mark.parametrize("levels", [10, 50_000])
def test_what_is_nested_beyond_any_sense_breaks_nothing(levels: int) -> None:
    deep: Any = "\ud83d"
    for _ in range(levels):
        deep = [deep]
    readable_json({"deep": deep})
