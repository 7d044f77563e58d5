"""After a full tour of the bot: what lies in the database and in the log. No secret of anybody's is in either."""

import json
from typing import Any

import pytest
from pydantic import SecretStr

from bot.cli.admin import rotate
from bot.clock import Clock
from bot.digests.digest import CampaignFilter
from bot.slack.digests.slack_port import RUN_EVENT
from bot.store.encryption import new_key
from playground.carecycle import HARBOR_KEY, PLAYGROUND_KEY, CareCycle, twin
from playground.slack.oauth import CLIENT_SECRET
from playground.slack.values import initial, typed
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld, button
from tests.drivers import database_dump as dumping
from tests.drivers.digest_deliveries import Deliveries
from tests.drivers.slash_command import ask, ask_one, finished, press, said
from tests.drivers.workspaces import (
    CHANNELS,
    HARBOR,
    OWNERS,
    SUNRISE,
    advance,
    begin,
    code_for,
    come_back,
    connect,
    many,
    replica,
)
from tests.plugins import machine_clock
from tests.security.test_secrets import LOOKED_FOR, planted

SECOND_KEY, WRONG_KEY = "cc_playground_replaced", "cc_playground_mistyped"
SCOPES = "commands,users:read,chat:write,channels:read"
NAMED = "Everything before nine"
NAMES = {"AEP Outreach", "Harbor's own AEP"}
SECRETS = {
    *LOOKED_FOR,
    *("xoxb-", "xoxe-", "xapp-", "/response/", CLIENT_SECRET, HARBOR_KEY, SECOND_KEY, WRONG_KEY),
    *("Dana Ruiz", "Main desk"),
}
# Campaigns are in memory only, but for the names and numbers that digests delivered, which are packed.
IN_CLEAR = SECRETS | NAMES
BECAME = (("none", "none", "sent"), ("answer_lost", "none", "unconfirmed"), ("none", "unauthorized", "failed"))


@pytest.fixture
def time() -> Clockwork:
    return Clockwork(machine_clock.seconds())  # the SDK reads the machine's clock when a token is given out


@pytest.fixture
async def here(make_world: MakeWorld, time: Clockwork, database_options: dict[str, Any]) -> World:
    """Tokens that end, and a campaign full of secrets."""
    carecycle = CareCycle([planted("dynamic")])
    carecycle.others = twin()
    carecycle.keys[SECOND_KEY] = carecycle.keys[PLAYGROUND_KEY]
    here = await many(make_world, time, installed=(), carecycle=carecycle, **database_options)
    here.slack.rotates_tokens = True
    return here


async def test_neither_the_database_nor_the_log_holds_a_secret(
    log_lines: list[dict[str, Any]], here: World, time: Clockwork
) -> None:
    states = [await _install(here, team) for team in (SUNRISE, HARBOR)]
    await _connect_and_replace(here)
    for team in (SUNRISE, HARBOR):
        await _look_up(here, team)
        await _choose_settings(here, team)
        await _digests(here, team, time)
    dumps = [await _dump(here)]
    advance(here, 10.5 * 3600)  # the tokens are exchanged
    await _break_the_key(here)
    old = here.bot.workspaces._settings.encryption_keys
    async with replica(here, Clock(time.now, time.time), encryption_keys=(SecretStr(new_key()), *old)) as other:
        assert await rotate(other.workspaces._settings)
        await connect(here, SUNRISE)
        await other.tasks.drain(30)
        dumps.append(await _dump(here))
        await here.slack.uninstall(HARBOR)
        dumps.append(await _dump(here))
    tokens = [token for one in here.slack.tokens.grants for token in (one, one.removeprefix("xoxb-"))]
    assert len(tokens) >= 6, "two installations, and one exchanged"
    for text in (*dumps, json.dumps(list(log_lines))):
        assert _found(text, IN_CLEAR | {*states, *tokens}) == {}
    assert NAMED not in json.dumps(list(log_lines))


async def test_what_digests_delivered_is_kept_without_secrets_and_goes_with_the_app(
    here: World, time: Clockwork
) -> None:
    for team in (SUNRISE, HARBOR):
        await _install(here, team)
        await connect(here, team)
        await _digests(here, team, time)
    delivered = await dumping.snapshots(here)
    assert all(name in delivered for name in NAMES), "this is not where it is kept"
    assert _found(delivered, SECRETS | {*here.slack.tokens.grants}) == {}
    await here.slack.uninstall(SUNRISE)
    assert "AEP Outreach" not in await dumping.snapshots(here)


async def test_readings_are_kept_packed_without_secrets_and_go_with_the_app(here: World, time: Clockwork) -> None:
    """Names with their phone numbers masked, statuses and counts: nothing of transfers but what is wrong with them."""
    assert here.carecycle
    here.carecycle.campaigns[AEP]["name"] += " 212-555-0143"
    for team in (SUNRISE, HARBOR):
        await _install(here, team)
        await connect(here, team)
        workspace = await here.bot.workspaces.of(team)
        for _ in range(2):
            advance(here, 900)
            await here.bot.readings.readings.read(workspace)
    dump, unpacked = dumping.ours(here), await dumping.readings(here)
    assert "AEP Outreach" in unpacked, "this is not where they are kept"
    assert _found(unpacked, SECRETS | {"555-0143", *here.slack.tokens.grants}) == {}
    assert _found(dump, IN_CLEAR) == {}
    await here.slack.uninstall(SUNRISE)
    await here.slack.uninstall(HARBOR)
    assert await dumping.readings(here) == ""


def _found(text: str, secrets: set[str]) -> dict[str, str]:
    """Those that are in it, each with what stands around it."""
    return {one: text[max(0, text.find(one) - 100) :][:200] for one in secrets if one in text}


async def _install(here: World, team: str) -> str:
    """Adds the app; the state that was good for it, and once one that was not."""
    await begin(here)
    state = await begin(here)
    page = await come_back(here, state, state=state, code=await code_for(here, team, scope=SCOPES))
    assert page.status == 200
    return state


async def _connect_and_replace(here: World) -> None:
    """Harbor at once; Sunrise from a command that waits, with a mistyped key first, and then with another one."""
    await connect(here, HARBOR)
    channel = CHANNELS[SUNRISE]
    notice = await ask_one(here, AEP, channel=channel)
    await press(here, notice, "Connect careCycle")
    form = here.slack.modals_of(OWNERS[SUNRISE])[-1]
    for key, good in ((WRONG_KEY, False), (PLAYGROUND_KEY, True)):
        await here.slack.submit(form, typed(form.view["blocks"], key))
        assert bool(form.errors) is not good
    here.slack.close(form)
    await finished(here)
    assert "AEP Outreach" in said(notice)
    await connect(here, SUNRISE, SECOND_KEY)


async def _look_up(here: World, team: str) -> None:
    """Every button, and every kind of trouble."""
    who = {"user": OWNERS[team], "channel": CHANNELS[team]}
    assert here.carecycle
    for fault in ("none", "server_error", "html", "wrong_types", "rate_limited"):
        here.carecycle.fault = fault
        advance(here, 120)
        await ask(here, f"{AEP} {AEP[:-1]}0 Smith", **who)
        card = await ask_one(here, AEP, **who)
    here.carecycle.fault = "none"
    advance(here, 120)
    card = await ask_one(here, AEP, **who)
    for label in ("Refresh", "Details", "Share to channel"):
        await here.slack.press(card, button(card, label), user=OWNERS[team])
        await finished(here)


async def _choose_settings(here: World, team: str) -> None:
    await here.slack.say("/campaign settings", user=OWNERS[team], channel=CHANNELS[team])
    await finished(here)
    form = here.slack.modals_of(OWNERS[team])[-1]
    await here.slack.submit(form, initial(form.view["blocks"]))
    assert "Saved" in said(form.view)
    for modal in here.slack.modals_of(OWNERS[team]):
        here.slack.close(modal)


async def _break_the_key(here: World) -> None:
    """careCycle takes the key no longer; who set it is told."""
    assert here.carecycle
    del here.carecycle.keys[SECOND_KEY]
    await ask(here, AEP, channel=CHANNELS[SUNRISE])
    await finished(here)
    assert any(name == "chat.postMessage" for name, _ in here.slack.api.calls)


async def _dump(here: World) -> str:
    """All that a thief of the databases would have."""
    text = dumping.ours(here)
    assert SUNRISE in text, "this is not where the bot keeps things"
    assert "gAAAA" in text, "nothing encrypted in it"
    return text


async def _digests(here: World, team: str, time: Clockwork) -> None:
    """A digest of one campaign by its id, and of it three deliveries: sent, unconfirmed, and failed by a broken key."""
    there = Deliveries(here, time)
    digest = await there.make(
        name=NAMED,
        workspace_id=team,
        channel_id=CHANNELS[team],
        owner_id=OWNERS[team],
        choice=CampaignFilter(ids=(AEP,)),
    )
    assert here.carecycle
    for count, (slack, carecycle, state) in enumerate(BECAME, 1):
        here.slack.faults.set(slack, times=1, event=RUN_EVENT)  # introductions and late lines come beside it
        here.carecycle.fault = carecycle
        advance(here, 120)  # nothing is known from before
        await here.bot.services.digests.send_now(digest, OWNERS[team])
        newest = (await there.ended(digest, count))[0]
        assert newest.state == state, newest.reason
    here.carecycle.fault = "none"
    here.slack.faults.set("none")
