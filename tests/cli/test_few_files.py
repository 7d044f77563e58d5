"""`campaign-bot serve` with few file descriptors and more silent connections than those."""

from contextlib import AsyncExitStack
from pathlib import Path

from playground.world import LOOPBACK
from tests.conftest import AEP, MakeWorld
from tests.drivers import serving_processes as serving
from tests.drivers.ports import free_port
from tests.drivers.raw_http import client

_FILES, _SILENT = 256, 400


async def test_it_answers_slack_and_says_it_once(make_world: MakeWorld, tmp_path: Path) -> None:
    here, port = await make_world(), free_port()
    settings = serving.settings(here) | {"PORT": str(port), "CARECYCLE_BASE_URL": str(here.carecycle_url)}
    process = await serving.start(tmp_path, _FILES, **settings)
    here.slack.deliveries.url = f"http://{LOOPBACK}:{port}/slack/events"
    async with AsyncExitStack() as stack:
        for _ in range(_SILENT):
            await stack.enter_async_context(client(port))
        for asked in (AEP, "help", "list", *list(here.carecycle.campaigns if here.carecycle else ())[:3]):
            await here.slack.say(f"/campaign {asked}")
    assert not any(message.error for message in here.slack.workspace.messages)
    messages = [message.text for message in here.slack.workspace.messages]
    assert len(messages) == 6
    said = await serving.stop(process)
    assert messages[0].startswith("AEP Outreach 2026")
    assert not any("mistake in this app" in text for text in messages)
    assert said.count("too many connections") == 1
    assert "Traceback" not in said
    assert "descriptors" not in said  # there were enough for everything else
    assert len(said.splitlines()) < 30
