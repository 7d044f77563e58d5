"""Who somebody is: each thing that Slack says decides by itself, and Slack is asked once in five minutes."""

from dataclasses import replace
from time import perf_counter
from typing import Any

import pytest
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.errors import NotAllowed
from bot.records import Connection, Preferences, Profile
from bot.slack.context.people import Membership, People, who_to_ask
from bot.slack.context.person import Person
from bot.workspaces.workspace import Workspace
from playground.slack.web_api import BOT_TOKEN
from playground.world import World
from tests.conftest import Clockwork, MakeWorld

TEAM, OTHER, COMPANY = "T01SUNRISE", "T02HARBOR", "E01COMPANY"
PERSON, ADMIN = "U03MEMBER", "U02ADMIN"
NOTHING: Any = None  # what a workspace could ask careCycle with: nobody asks it here
HERE = Workspace(TEAM, None, Profile(), NOTHING, NOTHING)
IN_COMPANY = replace(HERE, enterprise_id=COMPANY)


class Asking:
    """The bot's questions to Slack of people, as they go over the wire, and time."""

    def __init__(self, here: World) -> None:
        self.here, self.slack, self.time = here, here.slack, Clockwork()
        self.client = AsyncWebClient(BOT_TOKEN, base_url=f"{here.page}/api/")
        self.people = People(Clock(self.time.now, self.time.time))
        self.asked = list[str]()

    def says(self, **user: Any) -> None:
        """What Slack says of everybody from now on."""

        def answer(call: Any) -> dict[str, Any]:
            self.asked.append(call.text("user"))
            return {"user": user or None}

        self.slack.api._methods["users.info"] = answer

    async def standing(self, workspace: Workspace = HERE, user: str = PERSON) -> Membership | None:
        return await self.people.remembered(self.client, workspace, user)

    def person(self, workspace: Workspace = HERE) -> Person:
        """Who has just done something."""
        services = replace(self.here.bot.services, people=self.people)
        return Person(services, self.client, workspace, PERSON, perf_counter())

    async def refused(self, workspace: Workspace = HERE) -> tuple[tuple[str, ...], bool] | None:
        """Whom somebody is told to ask who wants what managers may, and whether Slack did not say; None for them."""
        try:
            await self.person(workspace).need_manager()
        except NotAllowed as error:
            return error.ask, error.unsure
        return None

    async def manages(self, workspace: Workspace = HERE) -> bool:
        return await self.person(workspace).is_manager()


@pytest.fixture
async def asking(make_world: MakeWorld) -> Asking:
    return Asking(await make_world())


NOBODY, OURS, MEMBER = Membership(False, False, False), Membership(True, False, False), Membership(True, True, False)
MANAGER = Membership(True, True, True)
_AT_ANOTHER = {"team_id": OTHER, "enterprise_user": {"enterprise_id": COMPANY, "teams": [OTHER]}}
_AT_BOTH = {"team_id": OTHER, "enterprise_user": {"enterprise_id": COMPANY, "teams": [OTHER, TEAM]}}
_HAS_ALL = {"team_id": TEAM, "is_admin": True, "is_owner": True, "tz": "America/Chicago"}


@pytest.mark.parametrize(
    ("workspace", "said", "standing"),
    [
        (HERE, {}, NOBODY),
        (HERE, {"is_admin": True}, NOBODY),
        (HERE, {"team_id": OTHER, "is_owner": True}, NOBODY),
        (HERE, {"team_id": TEAM}, MEMBER),
        (HERE, {"team_id": TEAM, "is_admin": True}, MANAGER),
        (HERE, {"team_id": TEAM, "is_owner": True}, MANAGER),
        (HERE, _HAS_ALL, replace(MANAGER, zone="America/Chicago")),
        (HERE, {**_HAS_ALL, "is_restricted": True}, replace(OURS, zone="America/Chicago")),
        (HERE, {**_HAS_ALL, "is_ultra_restricted": True}, replace(OURS, zone="America/Chicago")),
        (HERE, {**_HAS_ALL, "is_stranger": True}, replace(OURS, zone="America/Chicago")),
        (HERE, {**_HAS_ALL, "is_bot": True}, replace(OURS, zone="America/Chicago")),
        (HERE, {**_HAS_ALL, "deleted": True, "tz": None}, replace(OURS, active=False)),
        (HERE, _AT_ANOTHER, NOBODY),
        (HERE, _AT_BOTH, MEMBER),
        (IN_COMPANY, _AT_ANOTHER, OURS),
        (IN_COMPANY, {**_AT_BOTH, "is_admin": True}, MANAGER),
        (IN_COMPANY, {"team_id": OTHER, "enterprise_user": {"enterprise_id": "E02OTHER", "teams": None}}, NOBODY),
        (IN_COMPANY, {"team_id": OTHER}, NOBODY),
    ],
)
async def test_who_somebody_is_follows_from_what_slack_says(
    asking: Asking, workspace: Workspace, said: dict[str, Any], standing: Membership
) -> None:
    asking.says(**said)
    assert await asking.standing(workspace) == standing
    assert asking.asked == [PERSON]


async def test_slack_is_asked_once_in_five_minutes_of_each_person_in_each_workspace(asking: Asking) -> None:
    asking.says(team_id=TEAM)
    elsewhere = replace(HERE, id=OTHER)
    for workspace, user in ((HERE, PERSON), (HERE, ADMIN), (elsewhere, PERSON)):
        assert await asking.standing(workspace, user) == (MEMBER if workspace is HERE else NOBODY)
    asking.says(team_id=TEAM, is_admin=True)
    asking.time.move(299)
    assert (await asking.standing(), await asking.standing(elsewhere)) == (MEMBER, NOBODY)
    assert asking.asked == [PERSON, ADMIN, PERSON]
    asking.time.move(1)
    assert (await asking.standing(), asking.asked[3:]) == (MANAGER, [PERSON])


async def test_whom_slack_knows_no_more_it_is_asked_about_anew_and_of_others_it_is_not(asking: Asking) -> None:
    asking.says(team_id=TEAM)
    for user in (PERSON, ADMIN):
        await asking.standing(user=user)
    asking.people.forget(HERE, PERSON)
    asking.people.forget(HERE, "U404")  # of whom nothing was known
    for user in (PERSON, ADMIN):
        await asking.standing(user=user)
    assert asking.asked == [PERSON, ADMIN, PERSON]


async def test_who_is_asked_about_anew_is_remembered_as_slack_says_now(asking: Asking) -> None:
    asking.says(team_id=TEAM)
    await asking.standing()
    asking.says(team_id=TEAM, is_admin=True)
    assert await asking.people.membership_now(asking.client, HERE, PERSON) == MANAGER
    assert (await asking.standing(), asking.asked) == (MANAGER, [PERSON, PERSON])


async def test_that_slack_did_not_say_is_neither_a_yes_nor_remembered_and_is_in_the_log(
    asking: Asking, log_lines: list[dict[str, Any]]
) -> None:
    asking.slack.faults.set("web_api_limited")
    assert (await asking.standing(), await asking.manages(), await asking.refused()) == (None, False, ((), True))
    said = [line for line in log_lines if line["event"] == "users.info failed"]
    assert [(line["level"], line["error"]) for line in said] == [("warning", "ratelimited")] * 3
    asking.slack.faults.set("none")
    asking.says(team_id=TEAM, is_admin=True)
    assert (await asking.manages(), await asking.refused()) == (True, None)


@pytest.mark.parametrize(
    ("said", "named", "may"),
    [
        ({"team_id": TEAM}, {PERSON}, True),
        ({"team_id": TEAM}, {ADMIN}, False),
        ({"team_id": TEAM, "is_admin": True}, {ADMIN}, True),
        ({"team_id": TEAM, "is_restricted": True}, {PERSON, ADMIN}, False),
        ({"team_id": OTHER, "is_admin": True}, {PERSON, ADMIN}, False),
    ],
)
async def test_admins_and_members_whom_a_manager_named_may_and_others_are_told_whom_to_ask(
    asking: Asking, said: dict[str, Any], named: set[str], may: bool
) -> None:
    asking.says(**said)
    await (await asking.here.bot.workspaces.of(TEAM)).save_preferences(Preferences(), named, ADMIN)
    workspace = replace(HERE, profile=Profile(managers=frozenset(named)))
    assert await asking.manages(workspace) == may
    assert await asking.refused(workspace) == (None if may else ((ADMIN,), False))
    assert asking.asked == [PERSON, PERSON], "once for each of the two"


@pytest.mark.parametrize(
    ("managers", "connected_by", "ask"),
    [
        ((), None, ()),
        ((), PERSON, ()),
        ((), ADMIN, (ADMIN,)),
        (("U9", "U1", PERSON), None, ("U1", "U9")),
        (("U9", "U1"), ADMIN, ("U1", "U9", ADMIN)),
        ((ADMIN, "U1"), ADMIN, ("U02ADMIN", "U1")),
        (("U7", "U6", "U5", "U4", "U2", "U1"), ADMIN, ("U1", "U2", "U4", "U5", "U6")),
    ],
)
def test_whom_to_ask_are_managers_in_order_and_who_connected_five_at_most_and_never_oneself(
    managers: tuple[str, ...], connected_by: str | None, ask: tuple[str, ...]
) -> None:
    way = Connection(SecretStr("cc_0123456789abcdef"), connected_by)
    profile = Profile(way if connected_by else None, managers=frozenset(managers))
    assert who_to_ask(replace(HERE, profile=profile), PERSON) == ask
