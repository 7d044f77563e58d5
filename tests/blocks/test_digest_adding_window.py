"""Names in *Add to a digest* are outside text: nothing in them mentions, links or formats, and any length fits."""

from dataclasses import replace

import pytest
from cards import assert_slack_takes
from digest_windows import DIGEST, NOW, PAUSED
from hypothesis import given, settings
from markup import NASTY, markup

from blocks import digest_adding
from blocks.digest_adding import Offer
from blocks.kit import Block
from bot.store.digest_records import Digest


def _everything(name: str) -> list[Block]:
    """A campaign may have no name; a digest always has one."""
    one = replace(DIGEST, name=name or "x")
    two = replace(one, id="d2")
    return [
        digest_adding.window(Offer(name, [one, two], [one], [two], 500, 1), "{}"),
        digest_adding.window(Offer(name, _many(one)), "{}"),
        digest_adding.window(Offer(name, filters=2), "{}"),
        digest_adding.added(one, NOW),
        digest_adding.added(replace(PAUSED, name=one.name), NOW),
    ]


def _many(one: Digest) -> list[Digest]:
    return [replace(one, id=f"d{number}") for number in range(120)]


@given(NASTY)
@settings(max_examples=50, deadline=None)
def test_nothing_in_a_name_mentions_links_or_formats(nasty: str) -> None:
    for shown, usual in zip(_everything(f"{nasty}x"), _everything("x"), strict=True):
        assert_slack_takes(shown)
        assert markup(shown) == markup(usual)


@pytest.mark.parametrize("name", ["é" * 255, "&" * 255, "א" * 255, ""], ids=["long", "escaped", "hebrew", "none"])
def test_a_name_of_any_length_fits_and_of_a_hundred_digests_each_is_listed(name: str) -> None:
    for shown in _everything(name):
        assert_slack_takes(shown)
    numbers = str(digest_adding.window(Offer(name, _many(replace(DIGEST, name=name or "x"))), "{}")["blocks"])
    assert all(f"{number}.  *" in numbers for number in range(1, 101))
    assert "and 20 more" in numbers
