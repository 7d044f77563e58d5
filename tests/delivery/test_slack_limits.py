"""Slack limits the app for an hour: digests wait in the ledger, not in a worker, and nothing is lost unsaid."""

import asyncio
from datetime import datetime, timedelta

import pytest

from blocks.digests.outcome import outcome
from bot.delivery.slack_port import Later
from bot.digests.digest import CampaignFilter, Delivery, Digest
from bot.store import late_lines
from playground.slack.faults import SlackFaults
from tests.conftest import AEP, MakeWorld, text_of
from tests.delivery.test_slack_port import DELIVERY, DIGEST, MESSAGE, mailing
from tests.drivers.digest_deliveries import SUNRISE, Deliveries, delivering
from tests.drivers.workspaces import CHANNELS, HARBOR, OWNERS, connect

HOUR, GRACE = timedelta(hours=1), 120  # minutes, by default
MORE = 25  # digests of one workspace at once: more than a process delivers at the same time


@pytest.fixture
async def there(make_world: MakeWorld) -> Deliveries:
    return await delivering(make_world)


def limit(there: Deliveries, fault: str, times: int | None = None, *, spared: int = 0) -> None:
    """Let Slack answer 429 with an hour."""
    faults = there.world.slack.faults
    faults.set(fault, times)
    faults.retry_after, faults.spared = int(HOUR.total_seconds()), spared


def calls(there: Deliveries, method: str, team: str | None = None) -> int:
    return sum(name == method and team in (None, whose) for whose, name in there.world.slack.api.calls_by)


def said(there: Deliveries, digest: Digest, row: Delivery) -> str:
    return outcome(digest, row, there.time.now())


@pytest.mark.parametrize(
    ("fault", "method"), [("messages_limited", "chat.postMessage"), ("web_api_limited", "conversations.info")]
)
async def test_a_digest_waits_in_the_ledger_as_long_as_slack_says_and_is_asked_for_no_sooner(
    there: Deliveries, fault: str, method: str
) -> None:
    digest = await there.make()
    limit(there, fault)
    await there.at(digest)
    row = await there.put_off(digest, "slack_limit")
    asked, now = calls(there, method), there.time.now()
    assert row.try_at
    assert row.try_at >= now + HOUR - timedelta(seconds=1)
    assert "waits until" in said(there, digest, row)
    assert said(there, digest, row).endswith(": Slack was limiting this app.")
    there.time.move(HOUR.total_seconds() / 2)
    there.world.bot.scheduler.wake()
    await _looked(there)
    await there.look_for_late()
    assert (calls(there, method), there.lines) == (asked, [])
    there.world.slack.faults.set("none")
    there.moved_to(row.try_at)
    (row,) = await there.ended(digest)
    assert (row.state, len(there.posted)) == ("sent", 1)
    assert said(there, digest, row).endswith(" late: Slack was limiting this app.")
    assert "Short form" not in text_of(there.posted[0].blocks)


async def test_one_that_would_come_after_its_grace_time_fails_at_once_for_a_true_reason(make_world: MakeWorld) -> None:
    there = await delivering(make_world, digest_grace=30)
    digest = await there.make()
    limit(there, "messages_limited")
    await there.at(digest)
    (row,) = await there.ended(digest)
    assert said(there, digest, row) == "could not be sent: Slack was limiting this app."
    assert (await there.read(digest)).pause is None


async def test_where_slack_does_not_say_who_is_there_until_the_grace_time_ends_a_short_one_comes(
    make_world: MakeWorld,
) -> None:
    there = await delivering(make_world, digest_grace=30)
    digest = await there.make()
    limit(there, "web_api_limited", times=2)  # who the owner is, and whether the channel is shared
    await there.at(digest)
    (row,) = await there.ended(digest)
    assert row.state == "sent"
    assert "Short form" in text_of(there.posted[0].blocks)


@pytest.mark.timeout(300)
async def test_many_digests_that_slack_limits_hold_up_no_other_workspace(make_world: MakeWorld) -> None:
    there = await delivering(make_world, many=True, installed=(SUNRISE, HARBOR))
    await connect(there.world, SUNRISE)
    await connect(there.world, HARBOR)
    first = await there.make()
    limit(there, "messages_limited", times=1)
    await there.at(first)
    await there.put_off(first, "slack_limit")
    before = calls(there, "chat.postMessage", SUNRISE)
    more = [await there.make(name=f"Digest {number}") for number in range(MORE)]
    other = await there.make(workspace_id=HARBOR, channel_id=CHANNELS[HARBOR], owner_id=OWNERS[HARBOR])
    for digest in [*more, other]:
        await there.world.bot.services.digests.send_now(digest, digest.owner_id)
    (row,) = await there.ended(other, within=60)
    assert row.state == "sent"
    for digest in more:
        await there.put_off(digest, "slack_limit", within=60)
    assert calls(there, "chat.postMessage", SUNRISE) == before


async def test_details_that_slack_limits_are_missed_in_the_history(there: Deliveries) -> None:
    digest = await there.make(choice=CampaignFilter(ids=(AEP,)), threaded=True)
    limit(there, "messages_limited", spared=1)
    await there.at(digest)
    await there.ended(digest)
    row = await _missed(there, digest)
    assert said(there, digest, row) == "sent, but without all details: Slack did not take the details in its thread."
    assert len(there.posted) == 1


async def test_one_that_may_have_been_taken_is_looked_for_when_slack_lets_the_app_look(there: Deliveries) -> None:
    there.may_look()
    digest = await there.make()
    there.world.slack.api._faults = there.world.slack.faults = _LostThenLimited()
    await there.at(digest)
    row = await there.put_off(digest, "unconfirmed")
    assert row.try_at
    assert row.try_at >= there.time.now() + HOUR - timedelta(seconds=1)
    there.world.slack.faults.set("none")
    there.moved_to(row.try_at)
    (row,) = await there.ended(digest)
    assert (row.state, len(there.posted)) == ("sent", 1)


class _LostThenLimited(SlackFaults):
    """Takes a message and hangs up, and then limits everything for an hour."""

    def __init__(self) -> None:
        super().__init__()
        self.set("answer_lost", times=1)
        self.retry_after = int(HOUR.total_seconds())

    def strikes(self, name: str) -> bool:
        struck = super().strikes(name)
        if struck and name == "answer_lost":
            self.set("web_api_limited")
        return struck


async def test_the_port_says_until_when_slack_limits_whatever_is_asked(there: Deliveries) -> None:
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    there.may_look()
    async with mailing(there.world) as post:
        limit(there, "web_api_limited")
        for work in (
            post.post(DIGEST, DELIVERY, MESSAGE),
            post.find(DIGEST, DELIVERY, datetime.fromtimestamp(0, there.time.now().tzinfo)),
            post.in_thread(DIGEST, "1.2", MESSAGE),
            post.card_options(workspace, DIGEST),
            post.tell_once(workspace, "U01OWNER", MESSAGE),
            post.is_here_now(workspace, "U01OWNER"),
        ):
            with pytest.raises(Later) as raised:
                await work
            assert raised.value.seconds == HOUR.total_seconds()


async def test_before_anything_is_posted_a_slack_that_hangs_is_waited_for_and_so_is_what_may_be_there(
    there: Deliveries,
) -> None:
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    there.may_look()
    there.world.slack.faults.set("web_api_slow")
    async with mailing(there.world, sock_read=0.1) as post:
        for work in (post.card_options(workspace, DIGEST), post.find(DIGEST, DELIVERY, there.time.now())):
            with pytest.raises(Later) as raised:
                await work
            assert (raised.value.seconds, raised.value.limited) == (0, False)


async def test_a_late_line_that_may_be_there_is_looked_for_when_slack_lets_the_app_look(there: Deliveries) -> None:
    there.may_look()
    digest = await there.make()
    assert there.world.carecycle
    there.world.carecycle.fault = "server_error"
    await there.at(digest, late=11 * 60)
    await there.put_off(digest, "carecycle")
    there.world.slack.faults.set("answer_lost", times=1)
    await there.look_for_late()
    there.time.move(61)
    limit(there, "web_api_limited")
    await there.look_for_late()
    (line,) = await late_lines.lines(there.world.bot.db)
    assert (line.state, line.try_at >= there.time.now() + HOUR - timedelta(seconds=1)) == ("posting", True)
    there.world.slack.faults.set("none")
    there.time.move(HOUR.total_seconds() + 1)
    await there.look_for_late()
    (line,) = await late_lines.lines(there.world.bot.db)
    assert (line.state, len(there.lines)) == ("posted", 1)


async def _missed(there: Deliveries, digest: Digest) -> Delivery:
    """Wait until the newest delivery says that details are missing, and return it."""
    async with asyncio.timeout(20):
        while True:
            if (row := (await there.ledger(digest))[0]).reason == "no_details":
                return row
            await asyncio.sleep(0.05)  # the engine's own threads cannot be waited for


async def _looked(there: Deliveries) -> None:
    """Wait until the scheduler has looked for what is due at least once more."""
    await asyncio.sleep(1.0)  # five of its looks: nothing tells of one that finds nothing
