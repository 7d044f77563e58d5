"""What the search form's select offers, inside Slack's limits, whatever careCycle sends."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from blocks.campaigns import search as campaign_search
from bot.campaigns.listing import Entry, Listing
from tests.conftest import AS_OF
from tests.drivers.slack_limits import check_options
from tests.samples.cards import FOUND, LIMIT, OUTAGE


def test_an_option_is_name_status_and_the_beginning_of_the_id() -> None:
    first = campaign_search.options(FOUND, "aep")[0]
    assert first["text"] == {"type": "plain_text", "text": "AEP Outreach 2026", "emoji": False}
    assert first["description"]["text"] == "Active · 497f6eca"  # type: ignore[index,call-overload]  # JSON
    assert first["value"] == FOUND.entries[0].id


def test_where_there_is_nothing_a_line_says_why_and_what_to_do() -> None:
    none: tuple[Entry, ...] = ()
    for listing, typed, says in (
        (Listing(none, True), "x", "No campaign has that in its name"),
        (Listing(none, True), "", "There are no campaigns yet"),
        (Listing(none, False), "x", "type more, or use the id field"),
        (Listing(none, True, OUTAGE), "x", "careCycle is not answering: use the id field"),
        (Listing(none, False, LIMIT), "x", "request limit is almost reached: use the id field"),
    ):
        (line,) = campaign_search.options(listing, typed)
        assert says in str(line["text"])
        assert line["value"] == campaign_search.NOTHING


_ANY = st.builds(
    Entry,
    st.uuids().map(str),
    st.text(max_size=300),
    st.none() | st.text(max_size=80),
    st.text(max_size=40),
    st.just(AS_OF),
)


@given(st.lists(_ANY, max_size=120, unique_by=lambda entry: entry.id))
@settings(max_examples=100, deadline=None)
def test_slack_takes_the_options_of_any_account(entries: list[Any]) -> None:
    check_options({"options": campaign_search.options(Listing(tuple(entries), False), "x")})
