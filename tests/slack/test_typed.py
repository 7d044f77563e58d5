"""What people type, and the answer that each of it must bring: a hundred and twenty and more."""

from typing import Final

import pytest

from playground.carecycle import CareCycle
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.slash_command import ask, said

WELCOME: Final = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"
NIGHT: Final = "2eb52387-ab9f-4430-98ae-93fbd978673a"
LINK: Final = "https://app.carecycle.ai"
KEY: Final = "revoke that key in careCycle"
# What is typed, and how the answer begins (`^`), what it has, or (`!`) what it has not.
CASES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "an id in every form": (
        (AEP, "^AEP Outreach 2026"),
        (AEP.upper(), "^AEP Outreach 2026"),
        (AEP.replace("-", ""), "^AEP Outreach 2026"),
        (AEP.replace("-", "").upper(), "^AEP Outreach 2026"),
        (AEP[:-1], "^AEP Outreach 2026"),
        (AEP[:18], "^AEP Outreach 2026"),
        (AEP[:8], "^AEP Outreach 2026"),
        (AEP[:4], "^AEP Outreach 2026"),
        (f"`{AEP[:8]}`", "^AEP Outreach 2026"),
        (f"{AEP[:8]}…", "^AEP Outreach 2026"),
        (f"“{AEP}”", "^AEP Outreach 2026"),
        (f"id {AEP}", "^AEP Outreach 2026"),
        (AEP.replace("-", "–"), "^AEP Outreach 2026"),
        (AEP[:3], "No campaign in this account has “497”"),
        (f"{AEP[:-1]}g", "looks like a campaign id with a character missing"),
        ("00000000-0000-4000-8000-000000000000", "is not in this workspace’s careCycle account"),
    ),
    "links": (
        (f"{LINK}/campaigns/{AEP}", "^AEP Outreach 2026"),
        (f"<{LINK}/campaigns/{AEP}|AEP Outreach>", "^AEP Outreach 2026"),
        (f"<{LINK}/campaigns/{AEP}?tab=calls#top>", "^AEP Outreach 2026"),
        (f"{LINK}/campaigns/{AEP}/customers/{WELCOME}", "^AEP Outreach 2026"),
        (f"{LINK}/customers/{AEP}", "That link opens a customer"),
        (f"<{LINK}/customers/{AEP}|Mrs. Smith>", "That link opens a customer"),
        (f"{LINK}/customers/{AEP}/calls?page=2", "!AEP Outreach"),
        (f"{LINK}/campaigns", "has no campaign id"),
        (f"https://evil.example/campaigns/{AEP}", "does not lead to careCycle"),
        (f"compare {LINK}/campaigns/{AEP} {LINK}/campaigns/{WELCOME}", "^AEP Outreach 2026 compared with Medicare"),
    ),
    "names": (
        ("AEP Outreach 2026", "^AEP Outreach 2026"),
        ("aep outreach", "^AEP Outreach 2026"),
        ("AEP", "^AEP Outreach 2026"),
        ("outreach aep", "^AEP Outreach 2026"),
        ("“Night desk”", "^Night desk"),
        ("*Night desk*", "^Night desk"),
        ("night", "^Night desk"),
        ("Dental add-on", "^Dental add-on"),
        ("dental addon", "Did you mean this one?\\nDental add-on"),
        ("turning 65", "^Turning 65"),
        ("win back", "^Win-back 2027"),
        ("part d", "Part D premium change"),
        ("linea", "^Línea en español 2026"),
        ("Linea en espanol", "^Línea en español 2026"),
        ("LÍNEA", "^Línea en español 2026"),
        ("partner ping", "2 campaigns with “partner ping”"),
        ("2027", "2 campaigns with “2027”"),
        ("spanish", "^Línea en español 2026"),
        ("paused", "2 campaigns with “paused”"),
        ("quarterly", "^Dual eligible check-in"),
        ("welcome paused", "No campaign in this account has “welcome paused”"),
    ),
    "typos, which are only asked about": (
        ("hospital indemity", "Did you mean this one?\\nHospital indemnity cross-sell"),
        ("hospitol indemnity", "Did you mean this one?\\nHospital indemnity cross-sell"),
        ("hosptial", "Did you mean this one?\\nHospital indemnity cross-sell"),
        ("medicre", "Did you mean this one?\\nMedicare Welcome"),
        ("medicare welcom", "^Medicare Welcome"),
        ("medicarewelcome", "Did you mean this one?\\nMedicare Welcome"),
        ("renewl reminders", "Did you mean this one?\\nRenewal reminders"),
        ("licenced state lines", "Did you mean this one?\\nLicensed state lines"),
        ("turning65", "Did you mean this one?\\nTurning 65"),
        ("nigth desk", "Did you mean this one?\\nNight desk"),
        ("AEP Outreach 2025", "!^AEP Outreach 2026"),
        ("cafe", "No campaign is called “cafe”"),
        ("beef", "No campaign in this account has “beef”"),
        ("zzzzz", "No campaign in this account has “zzzzz”"),
    ),
    "words around a name": (
        ("medicare welcome please", "^Medicare Welcome"),
        ("find medicare", "^Medicare Welcome"),
        ("search medicare", "^Medicare Welcome"),
        ("show me the medicare campaign", "^Medicare Welcome"),
        ("what is the status of medicare welcome?", "^Medicare Welcome"),
        ("what’s the status of Medicare Welcome", "^Medicare Welcome"),
        ("status medicare", "^Medicare Welcome"),
        ("how is AEP doing today", "^AEP Outreach 2026"),
        ("can you look up night desk for me", "^Night desk"),
        ("pls check hospital indemity", "Did you mean this one?\\nHospital indemnity cross-sell"),
        ("list medicare", "^Medicare Welcome"),
        ("stop aep", "This app only shows campaigns."),
        ("pause medicare welcome", "This app only shows campaigns."),
    ),
    "several": (
        (f"{AEP} {WELCOME}", "^2 campaigns"),
        (f"{AEP[:8]} {WELCOME[:8]}", "^2 campaigns"),
        (f"{AEP[:8]}, {WELCOME[:8]}, {NIGHT[:8]}", "^3 campaigns"),
        (f"{AEP[:8]} and {WELCOME[:8]}", "^2 campaigns"),
        (f"{AEP} {WELCOME[:8]}", "^2 campaigns"),
        (f"{AEP.replace('-', '')} {WELCOME.replace('-', '')}", "^2 campaigns"),
        ("AEP, Medicare Welcome", "^2 campaigns"),
        ("AEP and Medicare Welcome", "^2 campaigns"),
        ("AEP & Night desk", "^2 campaigns"),
        ("aep; night desk; dental", "^3 campaigns"),
        ("AEP Medicare Welcome", "^2 campaigns"),
        (f"AEP, {WELCOME}", "^"),
        ("partner, AEP", "Which campaign do you mean by “partner”?"),
        ("AEP, hospital indemity", "Did you mean this one?\\nHospital indemnity cross-sell"),
        ("AEP, Foo", "No campaign with “Foo” in its name was found."),
        (f"{AEP} {AEP}", "^AEP Outreach 2026"),
    ),
    "compare": (
        ("compare AEP Medicare", "^AEP Outreach 2026 compared with Medicare Welcome"),
        ("compare AEP, Medicare Welcome", "^AEP Outreach 2026 compared with Medicare Welcome"),
        ("compare AEP and Medicare Welcome", "^AEP Outreach 2026 compared with Medicare Welcome"),
        ("compare Medicare vs AEP", "^Medicare Welcome compared with AEP Outreach 2026"),
        ("compare night desk with licensed", "^Night desk compared with Licensed state lines"),
        (f"compare {AEP[:8]} {WELCOME[:8]}", "^AEP Outreach 2026 compared with Medicare Welcome"),
        (f"compare {AEP} and medicare", "^AEP Outreach 2026 compared with Medicare Welcome"),
        (f"compare {AEP.replace('-', '')} {WELCOME}", "^AEP Outreach 2026 compared with Medicare Welcome"),
        ("compare partner AEP", "Which campaign do you mean by “partner”?"),
        ("compare AEP hospital indemity", "Did you mean this one?\\nHospital indemnity cross-sell"),
        ("compare AEP", "Compare AEP Outreach 2026 with which campaign?"),
        ("compare", "To compare two campaigns, type their names"),
        ("compare foo bar", "No campaign with “foo bar” in its name was found. To compare two campaigns"),
    ),
    "lists": (
        ("list", "^Campaigns 1 to 10 of 23"),
        ("list all", "^Campaigns 1 to 10 of 23"),
        ("LIST", "^Campaigns 1 to 10 of 23"),
        ("status", "^Campaigns 1 to 10 of 23"),
        ("list running", "^Active campaigns"),
        ("list live campaigns", "^Active campaigns"),
        ("list active", "^Active campaigns"),
        ("list paused", "^Paused campaigns"),
        ("list on hold", "^Paused campaigns"),
        ("list done", "^Completed campaigns"),
        ("list canceled", "^Canceled campaigns"),
        ("list problems", "campaigns need a person"),
        ("list broken", "campaigns need a person"),
        ("problems", "campaigns need a person"),
        ("What’s broken?", "campaigns need a person"),
        ("list actve", "Did you mean `/campaign list active`?"),
        ("list pausd", "Did you mean `/campaign list paused`?"),
    ),
    "help, and what is like it": (
        ("", "/campaign turns a careCycle campaign’s name or id into a card"),
        ("-h", "/campaign turns"),
        ("--help", "/campaign turns"),
        ("?", "/campaign turns"),
        ("help", "/campaign turns"),
        ("hlep", "Did you mean `/campaign help`?"),
        ("conect", "Did you mean `/campaign connect`?"),
        ("setings", "Did you mean `/campaign settings`?"),
        ("lst", "Did you mean `/campaign list`?"),
        ("why AEP", "Previews work here"),
        ("why hospital indemity", "Did you mean this one?\\nHospital indemnity cross-sell"),
        (f"why {AEP[:8]}", "Previews work here"),
    ),
    "keys and tokens": (
        ("cc_live_0123456789abcdef", KEY),
        ("connect cc_live_0123456789abcdef", KEY),
        ("our key is cc_live_0123456789abcdef thanks", KEY),
        ("compare AEP cc_live_0123456789abcdef", KEY),
        ("CC_LIVE_0123456789ABCDEF", "!CC_LIVE"),
        ("xoxb-123456789-abcdef", "looks like a Slack token"),
        ("find xapp-1-A012-34-ff", "!xapp"),
    ),
}


def test_there_are_a_hundred_and_twenty_and_each_is_typed_once() -> None:
    typed = [one for cases in CASES.values() for one, _ in cases]
    assert len(typed) == len(set(typed)) >= 120


@pytest.mark.parametrize("kind", CASES)
async def test_what_is_typed_brings_the_answer_it_must(make_world: MakeWorld, kind: str) -> None:
    here = await make_world(cache_seconds=900)
    wrong = [(typed, want, got) for typed, want in CASES[kind] if (got := await _not_as_wanted(here, typed, want))]
    assert wrong == []
    assert isinstance(here.carecycle, CareCycle)
    assert len(here.carecycle.requests) <= len(CASES[kind]) + 5  # the list is read once, each campaign once


async def _not_as_wanted(here: World, typed: str, want: str) -> str:
    """Return the answer's text, or an empty one if it is as wanted."""
    replies = await ask(here, typed)
    if len(replies) != 1 or replies[0].error:
        return f"{len(replies)} answers"
    return "" if _is_as_wanted(replies[0], want) else replies[0].text[:200]


def _is_as_wanted(reply: Message, want: str) -> bool:
    if want.startswith("!"):
        return not _is_as_wanted(reply, want[1:])
    if want.startswith("^"):
        return reply.text.startswith(want[1:]) and reply.ephemeral_for is not None
    return want in said(reply)
