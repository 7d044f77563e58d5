"""How the App Home looks, whatever is known by then and whatever is wrong."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from blocks import notices
from blocks.digests.list_page import ListPage
from blocks.digests.listed import Listed
from blocks.digests.listing import MAKE
from blocks.workspace import connection, home, lookups
from blocks.workspace.home import Home
from bot.errors import CampaignNotFound, KeyForbidden, KeyRejected, StoreUnavailable
from bot.insight.assessment import Assessment, Current, OnIt, Quiet, Today
from bot.insight.problems import identity
from bot.records import Connection, Lookup, Remedy
from bot.slack.command import help_cards
from tests.conftest import AEP, AS_OF, text_of
from tests.samples.assessments import account, assessed, assessments, kinds, many
from tests.samples.cards import CONNECTED, LIMIT, OTHER, OUTAGE, as_sent, assert_slack_takes
from tests.samples.digest_modals import SEVERAL
from tests.samples.quiet_windows import quieted

HELP: Final = help_cards("/campaign")["manager"]
FIXED: Final = Connection(SecretStr("cc_0123456789abcdef"))
BROKEN: Final = replace(CONNECTED, broken_at=AS_OF)
LOOKUPS: Final = [
    Lookup("T01SUNRISE", "U01OWNER", AEP, AS_OF),
    Lookup("T01SUNRISE", "U01OWNER", OTHER, AS_OF - timedelta(days=3)),
]
NAMES: Final = {AEP: "AEP Outreach 2026", OTHER: "Medicare Welcome"}
WELL: Final = Home(AS_OF, HELP, CONNECTED, "U01OWNER", "manager", lookups=LOOKUPS, names=NAMES, digest_count=0)
MEMBER: Final = replace(WELL, user="U03MEMBER", role="member", ask=("U01OWNER", "U02ADMIN"))
LISTED: Final = [Listed(one, may_manage=True, may_pause=True, may_resume=True) for one in SEVERAL]
CALM: Final = replace(assessments(AS_OF)["nothing-wrong"], today=Today(529, 612))


def one_problem() -> Assessment:
    """An account with one campaign, of which one thing needs a person."""
    return account(assessed("AEP Outreach 2026", kinds(AS_OF)["standing-still"], at=AS_OF), at=AS_OF)


def all_quiet(found: Assessment, every: int = 1) -> Current:
    """All problems of every second, third … campaign are quiet."""
    quiet = {
        (id_, problem.kind): Quiet(
            AS_OF + timedelta(days=7), "U01OWNER", AS_OF, "", one.left, tuple(map(identity, one.problems))
        )
        for id_, one in list(found.campaigns.items())[::every]
        for problem in one.problems
    }
    return Current(found, {}, quiet)


HOMES: Final[dict[str, Home]] = {
    "manager": WELL,
    "member": MEMBER,
    "events-left-out": replace(WELL, left_out_at=AS_OF - timedelta(minutes=7)),
    "first-moment": Home(AS_OF, HELP, CONNECTED, asking=True),
    "names-on-their-way": replace(WELL, role=None, names={}, digest_count=None, asking=True),
    "nothing-looked-up": replace(MEMBER, lookups=[]),
    "some-without-a-name": replace(MEMBER, names={AEP: ""}),
    "not-connected-manager": replace(WELL, connection=None, names={}),
    "not-connected-member": replace(MEMBER, connection=None, names={}),
    "not-connected-member-asks": replace(
        MEMBER, connection=None, names={}, remedy=Remedy("member", "U01OWNER", "Alice Moreno")
    ),
    "not-connected-guest": replace(MEMBER, connection=None, names={}, role="guest", remedy=Remedy("guest")),
    "forbidden-member": replace(MEMBER, names={}, problem=KeyForbidden(), remedy=Remedy("member")),
    "not-connected-nobody-known": replace(MEMBER, connection=None, lookups=[], ask=()),
    "broken-manager": replace(WELL, connection=BROKEN, problem=KeyRejected()),
    "broken-member": replace(MEMBER, connection=BROKEN),
    "rejected-just-now": replace(MEMBER, names={}, problem=KeyRejected()),
    "forbidden": replace(WELL, names={}, problem=KeyForbidden()),
    "fixed": replace(WELL, connection=FIXED),
    "fixed-rejected": replace(WELL, connection=FIXED, names={}, problem=KeyRejected(fixed=True)),
    "carecycle-silent": replace(WELL, names={}, problem=OUTAGE),
    "carecycle-limited": replace(WELL, names={}, problem=LIMIT),
    "carecycle-strange": replace(WELL, names={}, problem=CampaignNotFound()),
    "store-silent": replace(WELL, lookups=LOOKUPS[:1], digest_count=None, unread=True),
    "store-silent-nothing-here": replace(WELL, lookups=[], digest_count=None, unread=True),
    "with-problems": replace(
        WELL, current=Current(assessments(AS_OF)["several-in-one"], {AEP: OnIt("U03MEMBER", AS_OF)})
    ),
    "with-problems-one-is-on": replace(
        WELL, current=Current(assessments(AS_OF)["several-in-one"], {AEP: OnIt("U01OWNER", AS_OF)})
    ),
    "with-many-problems": replace(MEMBER, current=Current(many(at=AS_OF))),
    "with-problems-in-hostile-words": replace(MEMBER, current=Current(assessments(AS_OF)["hostile"])),
    "with-an-account-that-stands-still": replace(MEMBER, current=Current(assessments(AS_OF)["standing-still"])),
    "with-no-problems": replace(MEMBER, current=Current(CALM)),
    "with-nothing-found": replace(MEMBER, current=Current(assessments(AS_OF)["unjudged"])),
    "with-no-active-campaign": replace(MEMBER, current=Current(assessments(AS_OF)["no-campaigns"])),
    "early-in-the-day": replace(MEMBER, current=Current(replace(CALM, today=Today(0, 0)))),
    "calls-where-none-are-usual": replace(MEMBER, current=Current(replace(CALM, today=Today(12, 0)))),
    "calls-of-a-young-account": replace(MEMBER, current=Current(replace(CALM, today=Today(12)))),
    "with-transfers-not-looked-at": replace(MEMBER, current=Current(assessments(AS_OF)["not-looked-at"])),
    "of-a-guest": replace(
        MEMBER,
        user="U04GUEST",
        role="guest",
        current=Current(assessments(AS_OF)["several-in-one"]),
        digests=[Listed(SEVERAL[0])],
        digest_count=1,
    ),
    "of-somebody-of-another-company": replace(
        MEMBER, role="outsider", current=Current(CALM), digests=LISTED, digest_count=len(LISTED)
    ),
    "of-nobody-knows-whom": replace(MEMBER, role=None, current=Current(CALM), digests=LISTED, digest_count=len(LISTED)),
    "with-something-quiet": replace(
        WELL, current=quieted(assessments(AS_OF)["several-in-one"], "past_end", "unusual_ends")
    ),
    "with-all-quiet": replace(MEMBER, current=quieted(one_problem(), note="A new list comes Friday")),
    "with-much-quiet": replace(MEMBER, current=all_quiet(many(at=AS_OF))),
    "with-digests": replace(WELL, digests=LISTED, digest_count=len(LISTED)),
    "with-digests-of-a-member": replace(
        MEMBER,
        digests=[Listed(replace(SEVERAL[0], backup_id="U03MEMBER"), may_manage=True, may_pause=True)],
        digest_count=1,
    ),
    "with-many-digests": replace(WELL, digests=LISTED[:6], digest_count=14),
    "with-many-digests-of-a-member": replace(MEMBER, digests=LISTED[:6], digest_count=7),
    "with-a-page-of-digests": replace(WELL, digests=LISTED[:2], digest_count=14, page=ListPage(start=12)),
    "with-digests-that-were-searched": replace(WELL, digests=LISTED[:2], digest_count=2, page=ListPage(words="morn*")),
    "with-no-digest-that-was-searched": replace(MEMBER, page=ListPage(words="zebra")),
    "not-read-yet": replace(MEMBER, readings="regular"),
    "not-read-for-hours": replace(
        MEMBER, readings="regular", current=Current(replace(CALM, at=AS_OF - timedelta(hours=3)))
    ),
    "readings-are-off": replace(WELL, readings="off"),
    "with-stopped-digests": replace(
        MEMBER, current=Current(CALM), digests=[LISTED[2]], digest_count=1, stopped=1, readings="regular"
    ),
    "with-everything": replace(
        WELL, digests=LISTED[:6], digest_count=500, current=all_quiet(many(500, at=AS_OF), every=2), lookups=LOOKUPS * 5
    ),
    "notice": replace(WELL, notice=notices.for_error(StoreUnavailable(), AS_OF)),
}


@pytest.mark.parametrize("name", HOMES)
def test_an_app_home_looks_like_this(snapshot: SnapshotAssertion, name: str) -> None:
    """To see one: paste its snapshot into Slack's Block Kit Builder, as an App Home."""
    shown = home.view(HOMES[name])
    assert_slack_takes(shown)
    assert as_sent(shown) == snapshot(extension_class=JSONSnapshotExtension)


def _buttons(name: str) -> set[str]:
    blocks: list[Any] = as_sent(home.view(HOMES[name]))["blocks"]
    elements = [one for block in blocks for one in (*block.get("elements", ()), block.get("accessory")) if one]
    return {one["action_id"] for one in elements if one["type"] == "button"}


def test_only_who_can_mend_something_is_offered_to_and_everybody_else_is_told_who_can() -> None:
    connect = {name for name in HOMES if connection.CONNECT in _buttons(name)}
    assert connect == {"not-connected-manager", "broken-manager", "forbidden"}
    asked = {name for name in HOMES if connection.ASK in _buttons(name)}
    assert asked == {"not-connected-member-asks", "forbidden-member"}
    told = {name for name, one in HOMES.items() if "Ask <@" in text_of(home.view(one))}
    asking = {"not-connected-member-asks", "not-connected-guest", "forbidden-member"}
    assert told == {"not-connected-member", "broken-member", "rejected-just-now", *asking}
    assert "Ask any admin or owner" in text_of(home.view(HOMES["not-connected-nobody-known"]))
    settings = {name for name in HOMES if connection.SETTINGS in _buttons(name)}
    assert settings == {name for name, one in HOMES.items() if one.role == "manager"}


@pytest.mark.parametrize("name", ["of-somebody-of-another-company", "of-nobody-knows-whom"])
def test_who_may_be_of_another_company_sees_nothing_of_the_account(name: str) -> None:
    shown = text_of(home.view(HOMES[name]))
    assert "active campaign" not in shown
    assert "What needs you" not in shown
    assert "Morning digest" not in shown
    assert _buttons(name) == {lookups.OPEN, lookups.CLEAR}


def test_where_nothing_is_known_that_is_said_and_not_that_nothing_needs_anybody() -> None:
    for name in ("not-read-yet", "not-read-for-hours", "readings-are-off"):
        shown = text_of(home.view(HOMES[name]))
        assert "What needs you" in shown
        assert "*Nothing*" not in shown
        assert "Not known" in shown
        assert "waiting" not in shown
    assert "Not known" not in text_of(home.view(replace(HOMES["not-read-yet"], connection=BROKEN)))
    assert "Not known" not in text_of(home.view(replace(HOMES["not-read-yet"], readings=None)))


def test_the_largest_home_there_can_be_is_within_slacks_limits() -> None:
    long = "WWWW " * 800
    found = many(500, at=AS_OF)
    huge = {id_: replace(one, name=long, left=10**18) for id_, one in found.campaigns.items()}
    still = assessments(AS_OF)["standing-still"].standing_still
    current = all_quiet(replace(found, campaigns=huge, standing_still=still, not_looked_at=500), every=2)
    noted = {place: replace(one, note="W" * 150) for place, one in current.quiet.items()}
    looked_up = [replace(LOOKUPS[0], campaign_id=id_) for id_ in list(huge)[:10]]
    shown = home.view(
        replace(
            WELL,
            current=replace(current, quiet=noted, on_it={id_: OnIt("U03MEMBER", AS_OF) for id_ in huge}),
            digests=[replace(one, digest=replace(one.digest, name=long)) for one in LISTED[:6]],
            digest_count=500,
            stopped=500,
            page=ListPage(words="W" * 100, start=6),
            lookups=looked_up,
            names=dict.fromkeys(huge, long),
            notice=notices.for_error(StoreUnavailable(), AS_OF),
        )
    )
    assert_slack_takes(shown)
    assert len(as_sent(shown)["blocks"]) < 80, "beyond a hundred they are dropped"
    assert len(json.dumps(shown)) < 50_000, "Slack takes 250,000 bytes"


def test_a_digest_that_stopped_is_among_what_needs_a_person() -> None:
    shown = text_of(home.view(HOMES["with-stopped-digests"]))
    assert "*Nothing*" not in shown
    assert shown.index("Nothing in campaigns.") < shown.index("1 digest is paused, because it could not be sent")
    assert "2 digests are paused, because they could not be sent" in text_of(
        home.view(replace(HOMES["with-stopped-digests"], stopped=2))
    )


def test_nobody_is_offered_to_search_what_nobody_can_look_up() -> None:
    for name, one in HOMES.items():
        searchable = any(block.get("block_id") == home.SEARCH for block in as_sent(home.view(one))["blocks"])
        assert searchable == (one.is_ours and one.connection is not None and not connection.what_is_wrong(one)), name


def test_only_a_full_member_of_a_connected_workspace_is_offered_to_make_a_digest() -> None:
    offered = {name for name in HOMES if MAKE in _buttons(name)}
    assert offered == {
        name for name, one in HOMES.items() if one.connection and one.is_full_member and one.digest_count is not None
    }
    assert {"manager", "member"} <= offered
    assert not {"of-a-guest", "of-somebody-of-another-company", "not-connected-manager"} & offered


def test_who_is_of_another_company_reads_nothing_of_the_key() -> None:
    for connected in (CONNECTED, BROKEN):
        shown = text_of(home.view(replace(HOMES["of-somebody-of-another-company"], connection=connected)))
        assert "cdef" not in shown
        assert "was set by" not in shown


def test_no_more_of_a_key_is_shown_than_four_characters() -> None:
    told = "".join(text_of(home.view(one)) for one in HOMES.values())
    assert "`cdef`" in told
    assert "bcdef" not in told


def test_what_is_missing_is_said_in_one_line_and_the_rest_is_whole() -> None:
    well, silent = home.view(replace(WELL, names={})), home.view(HOMES["carecycle-silent"])
    assert len(silent["blocks"]) == len(well["blocks"]) + 1  # type: ignore[arg-type]  # both are lists
    assert text_of(silent).count("careCycle is not answering") == 1


@given(st.text("<!>@#*_~`:|&;^ax1. \n\u200b\u202e-/é", min_size=1, max_size=200))
def test_a_name_formats_nothing(nasty: str) -> None:
    shown = home.view(replace(WELL, names={AEP: f"{nasty}x", OTHER: "x"}))
    assert_slack_takes(shown)
    (row,) = [one for one in as_sent(shown)["blocks"] if one.get("accessory", {}).get("value") == AEP]
    name = row["text"]["text"].partition("\n")[0]
    assert not any(mark in name.strip("*") for mark in ("<", ">", "`"))
