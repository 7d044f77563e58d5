"""Names in *Add to a digest* are outside text: nothing in them mentions, links or formats, and any length fits."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from blocks.digests import add_campaign
from blocks.digests.add_campaign import Offer
from blocks.kit import Block
from bot.digests.digest import CampaignFilter, Digest
from tests.drivers.markup import NASTY, markup
from tests.samples.cards import assert_slack_takes
from tests.samples.digest_modals import DIGEST, NOW, PAUSED


def _everything(name: str) -> list[Block]:
    """A campaign may have no name; a digest always has one."""
    one = replace(DIGEST, name=name or "x")
    two = replace(one, id="d2")
    return [
        add_campaign.modal(Offer(name, [one, two], [one], [two], 500, _filters(one), [one], "paused"), "{}"),
        add_campaign.modal(Offer(name, _many(one)), "{}"),
        add_campaign.modal(Offer(name, filtered=_filters(one) * 4, others=_many(one), is_read=False), "{}"),
        add_campaign.added(one, NOW),
        add_campaign.added(replace(PAUSED, name=one.name), NOW),
    ]


def _filters(one: Digest) -> list[Digest]:
    choices = (CampaignFilter(status="active"), CampaignFilter(words="plan"), CampaignFilter(status=one.name[:40]))
    return [replace(one, choice=choice) for choice in choices]


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
    numbers = str(add_campaign.modal(Offer(name, _many(replace(DIGEST, name=name or "x"))), "{}")["blocks"])
    assert all(f"{number}.  *" in numbers for number in range(1, 101))
    assert "and 20 more" in numbers
