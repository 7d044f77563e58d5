"""What an operator sees from outside: `/readyz`, `/metrics`, and `campaign-bot digests` beside the running bot."""

import re
from pathlib import Path

import aiohttp
import pytest
from conftest import MakeWorld
from shell import Ran, run

from playground.carecycle import PLAYGROUND_KEY
from playground.slack.web_api import BOT_TOKEN

from .delivering import Deliveries, delivering


@pytest.fixture
async def there(make_world: MakeWorld, tmp_path: Path) -> Deliveries:
    return await delivering(make_world, data_dir=tmp_path / "data")


async def ask(there: Deliveries, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(there.world.slack.bot + path) as answer:
        return answer.status, await answer.text()


async def command(there: Deliveries, tmp_path: Path, *arguments: str) -> Ran:
    """As an operator would type it, on the running bot's database."""
    assert there.world.carecycle
    account = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "CARECYCLE_API_KEY": PLAYGROUND_KEY,
        "CARECYCLE_BASE_URL": str(there.world.carecycle_url),
    }
    return await run("digests", *arguments, at=tmp_path, DATA_DIR=str(tmp_path / "data"), **account)


async def test_metrics_count_deliveries_by_what_became_of_them(there: Deliveries) -> None:
    digest = await there.make()
    await there.at(digest)
    await there.ended(digest)
    await there.make(channel_id="C01AEP", name="Nobody invited it")
    there.time.move(24 * 3600)
    there.world.bot.engine.wake()
    await there.ended(digest, 2)
    status, text = await ask(there, "/metrics")
    numbers = dict(re.findall(r"^(campaign_bot_\S+) (\S+)$", text, re.MULTILINE))
    assert status == 200
    assert numbers["campaign_bot_scheduler_running"] == numbers["campaign_bot_database_answers"] == "1.0"
    assert numbers['campaign_bot_deliveries{reason="",state="sent"}'] in ("1.0", "2.0")
    assert numbers["campaign_bot_deliveries_overdue"] == "0.0"
    assert digest.id not in text


async def test_a_scheduler_that_stopped_is_not_ready(there: Deliveries) -> None:
    assert await ask(there, "/readyz") == (200, "ready")
    await there.world.bot.engine.kill()
    assert await ask(there, "/readyz") == (503, "the scheduler does not answer")
    assert "scheduler_running 0.0" in (await ask(there, "/metrics"))[1]
    await there.world.bot.engine.start()
    assert await ask(there, "/readyz") == (200, "ready")


async def test_an_operator_reads_what_there_is_when_it_comes_and_what_became_of_it(
    there: Deliveries, tmp_path: Path
) -> None:
    digest = await there.make()
    await there.at(digest)
    (row,) = await there.ended(digest)
    listed = await command(there, tmp_path, "list")
    assert (listed.status, digest.id in listed.out, "Morning digest" in listed.out) == (0, True, True)
    times = await command(there, tmp_path, "times", digest.id)
    assert (times.status, len(times.out.splitlines())) == (0, 5)
    for arguments in (("history",), ("history", digest.id)):
        history = await command(there, tmp_path, *arguments)
        assert (history.status, "sent at 09:00:00Z" in history.out, row.id in history.out) == (0, True, True)


async def test_a_dry_run_prints_the_digest_and_sends_nothing(there: Deliveries, tmp_path: Path) -> None:
    digest = await there.make()
    done = await command(there, tmp_path, "dry-run", digest.id)
    assert (done.status, "Morning digest" in done.out, "AEP Outreach" in done.out) == (0, True, True)
    assert (there.posted, await there.ledger(digest)) == ([], [])


async def test_what_failed_is_requeued_and_goes_out(there: Deliveries, tmp_path: Path) -> None:
    there.world.slack.workspace.channels["C01AEP"].bot_is_member = False
    digest = await there.make(channel_id="C01AEP")
    await there.at(digest)
    (row,) = await there.ended(digest)
    assert row.state == "failed"
    there.world.slack.workspace.channels["C01AEP"].bot_is_member = True
    there.time.seconds = max(there.time.seconds, row.due.timestamp())
    done = await command(there, tmp_path, "requeue", row.id)
    assert (done.status, "is tried again" in done.out) == (0, True)


@pytest.mark.parametrize(
    "arguments", [("times", "nothing"), ("history", "nothing"), ("dry-run", "nothing"), ("requeue", "no:thing")]
)
async def test_what_is_not_there_is_said_in_one_line(
    there: Deliveries, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = await command(there, tmp_path, *arguments)
    assert (done.status, len(done.lines)) == (1, 1)
    assert arguments[1] in done.err
