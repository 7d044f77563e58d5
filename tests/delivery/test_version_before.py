"""A database of a version before goes on: its key, its digest, what its channel saw last, its buttons."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.campaigns.figures import Figures
from bot.config import Settings
from bot.digests.digest import Delivery, Digest
from bot.insight.assessment import Assessment, OpenProblem
from bot.insight.problems import PastEnd, UnusualEnds
from bot.insight.series import AccountReading
from bot.store import migrate, readings
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld, text_of
from tests.drivers.digest_deliveries import CHANNEL, SUNRISE, Deliveries, delivering
from tests.drivers.judged_accounts import judged
from tests.drivers.modals import carecycle_with_keys
from tests.drivers.slash_command import ask_one, finished, said
from tests.samples.assessments import assessed
from tests.samples.earlier_databases import kept, restore, run_in

pytestmark = pytest.mark.nothing_there
# What was written, and the version of the tables it was written into: at a rolling upgrade those are the newest ones.
WRITTEN = {
    "0005": ("0005", "0005"),
    "0007": ("0007", "0007"),
    "0007, while the newest runs": ("0007", migrate.newest()),
    "0009": ("0009", "0009"),
    "0009, while the newest runs": ("0009", migrate.newest()),
}
MEDICARE = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"
_LAST_DAY = date(2026, 11, 24)  # before the next digests


@pytest.fixture(params=WRITTEN)
def written(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What a version before wrote, with the version of the tables in `into`."""
    version, into = WRITTEN[request.param]
    return {**kept(version), "into": into}


@pytest.fixture
async def there(written: dict[str, Any], database_options: dict[str, Any], make_world: MakeWorld) -> Deliveries:
    """This version, started on that database an hour after its last delivery."""
    options = {**database_options, "encryption_keys": written["encryption_keys"]}
    await run_in(Settings(_env_file=None, **options), restore, written["into"], written["tables"])
    clock = Clockwork(datetime(2026, 11, 24, 10, tzinfo=UTC).timestamp())
    return await delivering(make_world, clock, carecycle=carecycle_with_keys(), carecycle_api_key=None, **options)


async def test_what_was_wrong_before_is_known_and_what_came_since_is_told(
    there: Deliveries, written: dict[str, Any]
) -> None:
    """A version before kept nothing of what it told: what was open at its last delivery counts as told then."""
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    row = written["tables"]["digests"][0]
    digest = await there.world.bot.services.digests.read(workspace, row["id"])
    (last,) = await there.ledger(digest)
    assert last.ended_at
    due = (await there.read(digest)).next_due
    assert due
    old, since = PastEnd(due - timedelta(days=9)), UnusualEnds("failed", due - timedelta(days=3), 31, 90, 0.12, 412)
    opened = (OpenProblem(old, last.ended_at, due), OpenProblem(since, last.ended_at + timedelta(seconds=1), due))
    await judged(there.world, Assessment(due, {MEDICARE: replace(assessed("Medicare Welcome", at=due), open=opened)}))
    await there.at(digest)
    newest, _ = await there.ended(digest, 2)
    said = text_of(next(one for one in there.posted if one.ts == newest.ts).blocks)
    assert "31 of 90 failed" in said
    assert "still active" not in said
    assert "past the end date" in said
    assert "since" in said


async def test_nothing_is_introduced_and_nothing_changed_while_nothing_did(
    there: Deliveries, written: dict[str, Any]
) -> None:
    """A digest is introduced when it is made, and what an earlier version said is no news."""
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    digests = await there.world.bot.services.digests.of_workspace(workspace)
    there.time.move(60 * 60)
    await there.world.bot.scheduler.regular["announce digests"]()
    for newest in await _delivered(there, digests, 2):
        said = next(one for one in there.posted if one.ts == newest.ts)
        assert "*Changed*" not in text_of(said.blocks)
        assert "since Tue" in text_of(said.blocks)
    await there.world.bot.scheduler.regular["announce digests"]()
    others = [one for one in there.world.slack.workspace.messages if not one.thread_ts and one not in there.posted]
    assert [one.text for one in others] == []
    assert len(there.posted) == len(digests) == len(written["tables"]["digests"])


async def _delivered(there: Deliveries, digests: list[Digest], count: int) -> list[Delivery]:
    """Let the next slot of all these go out, and return the newest of `count` deliveries of each."""
    await there.at(max([await there.read(one) for one in digests], key=lambda one: str(one.next_due)))
    return [(await there.ended(one, count))[0] for one in digests]


@pytest.mark.parametrize("written", ["0009"], indirect=True)
async def test_each_layout_keeps_its_meaning(there: Deliveries) -> None:
    """With the chart or without it, and with the cards in the thread."""
    workspace, slack = await there.world.bot.workspaces.of(SUNRISE), there.world.slack.workspace
    await _read_for(there, 20)
    digests = await there.world.bot.services.digests.of_workspace(workspace)
    assert {one.name: (one.length, one.threaded) for one in digests} == {
        "Detailed digest": ("full", True),
        "Morning digest": ("full", False),
        "Short digest": ("condensed", False),
    }
    ts = {one.name: last.ts for one, last in zip(digests, await _delivered(there, digests, 2), strict=True)}
    drawn = {name: bars for name, one in ts.items() if (bars := _bars(there, one))}
    days = [_LAST_DAY - timedelta(days=back) for back in reversed(range(14))]
    wanted = [(f"{day:%a} {day.day}", sum(_calls(day, number) for number in range(3))) for day in days]
    assert drawn == {"Detailed digest": wanted, "Morning digest": wanted}
    short = next(one for one in there.posted if one.ts == ts["Short digest"])
    assert "data_visualization" not in text_of(short.blocks)
    await slack.until(lambda: any(one.thread_ts for one in slack.messages))
    assert {one.thread_ts for one in slack.messages if one.thread_ts} == {ts["Detailed digest"]}


async def _read_for(there: Deliveries, days: int) -> None:
    """Have the account read every evening for so many days, the last time before the next digests."""
    db, workspace = there.world.bot.db, await there.world.bot.workspaces.of(SUNRISE)
    assert workspace.connection
    ids = (await there.world.bot.services.digests.of_workspace(workspace))[0].choice.ids
    account = await workspace.resources.accounts.read_with(workspace.address, workspace.connection, ids, whole=True)
    assert account
    calls, before = [0, 0, 0], None
    for back in reversed(range(days)):
        day = _LAST_DAY - timedelta(days=back)
        calls = [made + _calls(day, number) for number, made in enumerate(calls)]
        at = datetime.combine(day, time(23, 30), UTC)
        made = AccountReading(at, {id_: Figures("x", "active", calls=calls[n]) for n, id_ in enumerate(ids)})
        assert await readings.append(db, SUNRISE, account, made, before)
        before = made


def _calls(day: date, campaign: int) -> int:
    """How often one of three campaigns called on a day."""
    return 100 * campaign + day.day


def _bars(there: Deliveries, ts: str | None) -> list[tuple[str, int]]:
    """The labels and values in the chart of a message; none without a chart."""
    (message,) = [one for one in there.posted if one.ts == ts]
    charts = [block["chart"] for block in message.blocks if block["type"] == "data_visualization"]
    return [(point["label"], point["value"]) for chart in charts for one in chart["series"] for point in one["data"]]


async def test_the_key_that_was_connected_is_used(there: Deliveries) -> None:
    assert "AEP Outreach 2026" in said(await ask_one(there.world, AEP, channel=CHANNEL))


async def test_every_button_that_was_posted_still_does_something(there: Deliveries, written: dict[str, Any]) -> None:
    here, workspace = there.world, there.world.slack.workspace
    for name, sent in written["messages"].items():
        for number in range(len(_buttons(Message(**sent)))):
            workspace.messages[:] = [message := Message(**deepcopy(sent))]
            before = _seen(here)
            await here.slack.press(message, action := _buttons(message)[number])
            await finished(here)
            assert _seen(here) != before, (name, action["action_id"])
            assert not [one.text for one in workspace.messages if one.error]


def _seen(here: World) -> tuple[str, int]:
    """All that is in the conversations, and how many windows the owner has open."""
    return text_of([[one.text, one.blocks] for one in here.slack.workspace.messages]), len(
        here.slack.modals_of("U01OWNER")
    )


def _buttons(message: Message) -> list[dict[str, Any]]:
    """The buttons that ask the bot for something, as they were posted."""
    elements = (
        {**element, "block_id": block["block_id"]}
        for block in message.blocks
        for element in [*block.get("elements", []), block.get("accessory")]
        if element and element.get("type") == "button" and "url" not in element
    )
    return list(elements)
