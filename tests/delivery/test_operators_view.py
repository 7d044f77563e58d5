"""What an operator sees from outside: `/readyz`, `/metrics`, and `campaign-bot digests` beside the running bot."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.digests.digest import Pause, PauseReason
from bot.digests.timetable import Timetable
from bot.records import OPERATOR
from bot.store import audit, pauses
from playground.carecycle import PLAYGROUND_KEY
from playground.slack.web_api import BOT_TOKEN
from tests.conftest import Clockwork, MakeWorld
from tests.drivers.command_line import Ran, run
from tests.drivers.digest_deliveries import DAILY, MEMBER, Deliveries, delivering
from tests.plugins import machine_clock


@pytest.fixture
async def there(make_world: MakeWorld, tmp_path: Path) -> Deliveries:
    return await delivering(make_world, data_dir=tmp_path / "data")


async def ask(there: Deliveries, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(there.world.slack.bot + path) as answer:
        return answer.status, await answer.text()


async def test_the_doctor_counts_digests_and_says_what_should_have_gone_out(there: Deliveries, tmp_path: Path) -> None:
    later = Timetable("UTC", starts=date(2060, 1, 1))  # the doctor has the machine's clock
    digest, other = await there.make(timetable=later), await there.make(timetable=later)
    await there.world.bot.services.digests.pause(other, "U03MEMBER", for_a_day=False)
    said = (await run("doctor", at=tmp_path, DATA_DIR=str(tmp_path / "data"))).out
    assert "digests: 2, of which 1 paused" in said
    assert "not gone out" not in said
    await there.world.bot.scheduler.kill()
    async with there.world.bot.db.writing() as connection:
        table = there.world.bot.db.tables.digests
        await connection.execute(table.update().where(table.c.id == digest.id).values(next_due=there.time.now()))
    said = (await run("doctor", at=tmp_path, DATA_DIR=str(tmp_path / "data"))).out
    assert "1 due by now and not gone out: is the bot running?" in said


async def command(there: Deliveries, tmp_path: Path, *arguments: str) -> Ran:
    """As an operator would type it, on the running bot's database."""
    assert there.world.carecycle
    account = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_API_URL": f"{there.world.page}/api/",
        "CARECYCLE_API_KEY": PLAYGROUND_KEY,
        "CARECYCLE_BASE_URL": str(there.world.carecycle_url),
    }
    return await run("digests", *arguments, at=tmp_path, DATA_DIR=str(tmp_path / "data"), **account)


async def test_nothing_in_a_name_of_slacks_acts_on_a_terminal(there: Deliveries, tmp_path: Path) -> None:
    digest = await there.make()
    slack = there.world.slack.workspace
    slack.channels[digest.channel_id].name = "st\x1b[2Jand\u202eup\ud83d\nnext"
    slack.people[digest.owner_id].name = "Al\x9b31mice\x00"
    for arguments in (("list", "--names"), ("list", "--names", "--json"), ("history", digest.id)):
        ran = await command(there, tmp_path, *arguments)
        assert (ran.status, ran.err) == (0, "")
        assert not set(ran.out) & {"\x1b", "\x9b", "\u202e", "\x00"}
    table = (await command(there, tmp_path, "list", "--names")).out
    assert "st\ufffd[2Jand\ufffdup\ufffd next" in table
    assert "Al\ufffd31mice\ufffd" in table


async def test_metrics_count_deliveries_by_what_became_of_them(there: Deliveries) -> None:
    digest = await there.make()
    await there.at(digest)
    await there.ended(digest)
    uninvited = await there.make(channel_id="C01AEP")
    there.time.move(24 * 3600)
    there.world.bot.scheduler.wake()
    for one, count in ((digest, 2), (uninvited, 1)):
        await there.ended(one, count)
    status, text = await ask(there, "/metrics")
    numbers = dict(re.findall(r"^(campaign_bot_\S+) (\S+)$", text, re.MULTILINE))
    assert status == 200
    assert numbers["campaign_bot_scheduler_running"] == numbers["campaign_bot_database_answers"] == "1.0"
    assert numbers['campaign_bot_deliveries{reason="",state="sent"}'] == "2.0"
    assert numbers['campaign_bot_deliveries{reason="not_in_channel",state="failed"}'] == "1.0"
    assert numbers["campaign_bot_deliveries_overdue"] == "0.0"
    assert digest.id not in text


async def test_a_scheduler_that_stopped_is_not_ready(there: Deliveries) -> None:
    assert await ask(there, "/readyz") == (200, "ready")
    await there.world.bot.scheduler.kill()
    assert await ask(there, "/readyz") == (503, "the scheduler does not answer")
    assert "scheduler_running 0.0" in (await ask(there, "/metrics"))[1]
    await there.world.bot.scheduler.start()
    assert await ask(there, "/readyz") == (200, "ready")


async def test_an_operator_reads_what_there_is_when_it_comes_and_what_became_of_it(
    there: Deliveries, tmp_path: Path
) -> None:
    digest = await there.make()
    await there.at(digest)
    (row,) = await there.ended(digest)
    listed = await command(there, tmp_path, "list")
    assert (listed.status, digest.id in listed.out, "Morning digest" in listed.out) == (0, True, True)
    header, line = listed.out.splitlines()
    assert header.split()[:8] == ["digest", "name", "workspace", "channel", "owner", "next", "(UTC)", "state"]
    assert "2026-11-25 09:00  on     2026-11-24 09:00  sent" in line
    for arguments in (("history",), ("history", digest.id), ("history", "--on", "2026-11-24")):
        ran = await command(there, tmp_path, *arguments)
        assert (ran.status, "2026-11-24 09:00  sent" in ran.out, row.id in ran.out) == (0, True, True)
    assert (await command(there, tmp_path, "history", "--on", "2026-11-23")).out == "nothing was due then\n"


async def test_all_times_are_in_the_zone_that_is_asked_for(there: Deliveries, tmp_path: Path) -> None:
    digest = await there.make()
    await there.at(digest)
    await there.ended(digest)
    chicago = ("--zone", "America/Chicago")
    assert "next (America/Chicago)" in (found := (await command(there, tmp_path, "list", *chicago)).out)
    assert "2026-11-25 03:00" in found
    assert "2026-11-24 03:00" in (await command(there, tmp_path, "history", *chicago)).out
    rows = map(json.loads, (await command(there, tmp_path, "history", "--json", *chicago)).out.splitlines())
    assert [one["due"] for one in rows if one["state"] == "sent"] == ["2026-11-24T03:00:00-06:00"]
    for wrong in (("list", "--zone", "Mars/Olympus"), ("history", "--on", "Monday")):
        assert (await command(there, tmp_path, *wrong)).status == 2


async def test_names_are_slacks_where_they_are_asked_for(there: Deliveries, tmp_path: Path) -> None:
    await there.make()
    assert "C02STANDUP  U01OWNER" in (await command(there, tmp_path, "list")).out
    said = (await command(there, tmp_path, "list", "--names")).out
    assert "#stand-up (C02STANDUP)  Alice Moreno (U01OWNER)" in said


async def test_what_should_have_gone_out_and_was_not_looked_for_is_in_the_history(
    make_world: MakeWorld, tmp_path: Path
) -> None:
    earlier = Clockwork(machine_clock.seconds() - 3 * 3600)
    there = await delivering(make_world, earlier, data_dir=tmp_path / "data")
    soon = earlier.now() + timedelta(hours=1)
    await there.make(timetable=replace(DAILY, times=(f"{soon:%H:%M}",)))
    await there.world.bot.scheduler.kill()
    said = (await command(there, tmp_path, "history")).out
    assert "not begun" in said
    assert "no bot has looked for it yet: is one running?" in said


async def test_an_operator_pauses_resumes_and_gives_away(there: Deliveries, tmp_path: Path) -> None:
    digest = await there.make()
    assert "is paused until somebody" in (await command(there, tmp_path, "pause", digest.id)).out
    paused = (await there.read(digest)).pause
    assert paused
    assert (paused.why, paused.until, paused.by) == ("person", None, OPERATOR)
    assert "is paused already" in (await command(there, tmp_path, "pause", digest.id)).err
    assert "paused by a person" in (await command(there, tmp_path, "list")).out
    assert "goes on" in (await command(there, tmp_path, "resume", digest.id)).out
    assert "is not paused" in (await command(there, tmp_path, "resume", digest.id)).err
    assert "U03MEMBER's now" in (await command(there, tmp_path, "owner", digest.id, MEMBER)).out
    assert (await there.read(digest)).owner_id == MEMBER
    for wrong in (MEMBER, "alice"):
        assert (await command(there, tmp_path, "owner", digest.id, wrong)).status == 1
    done = [(one.actor, one.action) for one in await audit.newest(there.world.bot.db, most=3)]
    assert done == [("operator", "digest handed over"), ("operator", "digest resumed"), ("operator", "digest paused")]


@pytest.mark.parametrize(
    ("why", "detail", "says"),
    [
        ("key", "", "waits already, for a key that careCycle accepts, and goes on by itself then"),
        ("failed", "is_archived", "is paused already (the channel was archived), until somebody resumes it"),
    ],
)
async def test_what_waits_or_is_stopped_already_is_not_called_paused(
    there: Deliveries, tmp_path: Path, why: PauseReason, detail: str, says: str
) -> None:
    digest = await there.make()
    await pauses.pause(there.world.bot.db, digest.id, Pause(there.time.now(), why, detail=detail))
    assert says in (await command(there, tmp_path, "pause", digest.id)).err


async def test_the_next_times_of_a_digest_and_a_clock_change_is_marked(there: Deliveries, tmp_path: Path) -> None:
    sundays = Timetable("America/New_York", frozenset({7}), ("02:30",), starts=date(2060, 3, 7))
    digest = await there.make(timetable=sundays)
    times = await command(there, tmp_path, "times", digest.id, "--zone", "America/New_York")
    assert (times.status, times.out.splitlines()) == (
        0,
        [
            "due (America/New_York)  day  note",
            "2060-03-07 02:30        Sun  -",
            "2060-03-14 03:30        Sun  the clock skips its time that day, so it is later",
            "2060-03-21 02:30        Sun  -",
            "2060-03-28 02:30        Sun  -",
            "2060-04-04 02:30        Sun  -",
        ],
    )


async def test_a_pause_is_listed_until_it_is_over(there: Deliveries, tmp_path: Path) -> None:
    later = Timetable("UTC", starts=date(2060, 1, 1))  # the command has the machine's clock
    untils = (datetime(2060, 1, 2, 9, tzinfo=UTC), datetime(2020, 1, 2, 9, tzinfo=UTC), None)
    for until in untils:
        digest = await there.make(name=f"Until {until}", timetable=later)
        await pauses.pause(there.world.bot.db, digest.id, Pause(there.time.now(), "person", until, MEMBER))
    listed = map(json.loads, (await command(there, tmp_path, "list", "--json")).out.splitlines())
    found = {one["name"][6:10]: (one["next"], one["state"], one["until"]) for one in listed}
    due = "2060-01-01T09:00:00+00:00"
    assert found == {
        "2060": (due, "paused by a person", "2060-01-02T09:00:00+00:00"),
        "2020": (due, "on", None),
        "None": (due, "paused by a person", None),
    }


async def test_a_dry_run_prints_the_digest_and_sends_nothing(there: Deliveries, tmp_path: Path) -> None:
    digest = await there.make()
    done = await command(there, tmp_path, "dry-run", digest.id)
    assert (done.status, "Morning digest" in done.out, "10 active campaigns" in done.out) == (0, True, True)
    assert (there.posted, await there.ledger(digest)) == ([], [])


async def test_what_failed_is_requeued_and_goes_out_though_its_digest_waits(
    make_world: MakeWorld, tmp_path: Path
) -> None:
    # The operator's command has the machine's clock: the world is on the same day, and has no other slot up to then.
    earlier = Clockwork(machine_clock.seconds() - 2 * 3600)
    there = await delivering(make_world, earlier, data_dir=tmp_path / "data")
    soon = earlier.now() + timedelta(hours=1)
    digest = await there.make(channel_id="C01AEP", timetable=replace(DAILY, times=(f"{soon:%H:%M}",)))
    await there.at(digest)
    (row,) = await there.ended(digest)
    assert (row.state, row.reason) == ("failed", "not_in_channel")
    assert (await there.read(digest)).pause
    there.world.slack.workspace.channels["C01AEP"].bot_is_member = True
    done = await command(there, tmp_path, "requeue", row.id)
    assert (done.status, "is tried again" in done.out) == (0, True)
    assert "is paused (this app was not in the channel), and goes on when this one arrives" in done.out
    there.time.seconds = machine_clock.seconds()
    there.world.bot.scheduler.wake()
    await there.world.slack.workspace.until(lambda: len(there.posted) == 1)
    (row,) = await there.ended(digest)
    assert (row.state, (await there.read(digest)).pause) == ("sent", None)
    assert "was sent, or is on its way" in (await command(there, tmp_path, "requeue", row.id)).err


async def test_what_a_requeue_does_not_resume_is_said(there: Deliveries, tmp_path: Path) -> None:
    digest = await there.make()
    await there.world.bot.services.digests.pause(digest, MEMBER, for_a_day=False)
    await there.at(digest)
    (row,) = await there.ended(digest)
    await there.world.bot.scheduler.kill()
    said = (await command(there, tmp_path, "requeue", row.id)).out
    assert f"{digest.id} stays paused: `campaign-bot digests resume {digest.id}` lets it go on" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("times", "nothing"),
        ("history", "nothing"),
        ("dry-run", "nothing"),
        ("requeue", "no:thing"),
        ("pause", "nothing"),
        ("resume", "nothing"),
        ("owner", "nothing", MEMBER),
    ],
)
async def test_what_is_not_there_is_said_in_one_line(
    there: Deliveries, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = await command(there, tmp_path, *arguments)
    assert (done.status, len(done.lines)) == (1, 1)
    assert arguments[1] in done.err
