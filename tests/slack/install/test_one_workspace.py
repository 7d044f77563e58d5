"""A bot with a token from the environment: which workspace it serves, and what it does until Slack says whose it is."""

from pydantic import SecretStr

from bot.clock import Clock
from playground.carecycle import PLAYGROUND_KEY
from playground.slack.tokens import BOT_TOKEN
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.slash_command import ask_one, said
from tests.drivers.workspaces import CHANNELS, HARBOR, ORG, OWNERS, SUNRISE, advance, calls, connect, many, replica

CARD, NOT_HERE = "AEP Outreach 2026", "This app is no longer installed in this Slack workspace."


async def test_a_token_of_an_organization_serves_all_its_workspaces(make_world: MakeWorld) -> None:
    here = await make_world()
    here.slack.make_organization(ORG)
    grant = here.slack.tokens.grants[BOT_TOKEN]
    grant.team_id, grant.enterprise_id = None, ORG
    async with replica(here) as other:
        for team in (SUNRISE, HARBOR):
            await here.slack.say(f"/campaign {AEP}", user=OWNERS[team], channel=CHANNELS[team])
            assert await other.tasks.drain(30) == 0
            assert CARD in " ".join(map(said, here.slack.workspaces[team].messages))


async def test_beside_others_it_is_served_as_soon_as_slack_answers_again(make_world: MakeWorld) -> None:
    """Slack was away while the bot started."""
    time = Clockwork()
    here = await many(make_world, time, installed=(HARBOR,))
    await connect(here, HARBOR)
    here.slack.tokens.add(BOT_TOKEN)
    here.slack.faults.set("web_api_down")
    own = {"slack_bot_token": SecretStr(BOT_TOKEN), "carecycle_api_key": SecretStr(PLAYGROUND_KEY)}
    async with replica(here, Clock(time.now, time.time), **own) as bot:
        here.slack.faults.set("none")
        before = calls(here, "auth.test")
        assert NOT_HERE in said(await ask_one(here, AEP, user=OWNERS[SUNRISE], channel=CHANNELS[SUNRISE]))
        assert calls(here, "auth.test") == before  # not with every request
        advance(here, 11)
        for _ in range(2):
            reply = await ask_one(here, AEP, user=OWNERS[SUNRISE], channel=CHANNELS[SUNRISE])
            assert reply.text.startswith(CARD)
        assert calls(here, "auth.test") == before + 1
        theirs = await ask_one(here, AEP, user=OWNERS[HARBOR], channel=CHANNELS[HARBOR])
        assert "Harbor's own AEP" in said(theirs)
        assert await bot.tasks.drain(30) == 0
