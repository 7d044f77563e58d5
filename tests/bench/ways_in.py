"""App Home and the message shortcut from memory, beside the cached command."""

import asyncio
import json
import time
from collections.abc import Callable
from statistics import median
from urllib.parse import urlencode

from playground.slack import Slack
from tests.bench.client import CAMPAIGN, Line, command_body
from tests.bench.report import Result
from tests.bench.size import Size
from tests.bench.start import bot

_WHO = {"team": {"id": "T01SUNRISE"}, "user": {"id": "U01OWNER", "team_id": "T01SUNRISE"}, "enterprise": None}
_EVENT = {"type": "app_home_opened", "user": "U01OWNER", "channel": "D01BOT", "tab": "home", "event_ts": "1.2"}


async def home_and_shortcut(size: Size) -> list[Result]:
    """(f) Over HTTP, one after the other: until the ack, and until Slack has what is shown.

    The command shows its card in the ack; the others cannot, and need one call to Slack more.
    """
    async with bot() as running, Line.to(running.port) as line:
        slack = running.slack
        ways: dict[str, tuple[Callable[[], str], Callable[[], int]]] = {
            "command": (command_body, lambda: 0),
            "Home": (home_body, lambda: sum(name == "views.publish" for name, _ in slack.api.calls)),
            "shortcut": (lambda: _shortcut(slack), lambda: len(slack.response_urls.received)),
        }
        acked: dict[str, list[float]] = {name: [] for name in ways}
        shown: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(size.calls // 2):
            for name, (body, seen) in ways.items():
                ack, whole = await once(line, body(), seen)
                acked[name].append(ack)
                shown[name].append(whole)
    p50 = {name: median(found) for name, found in acked.items()}
    # Pair by pair: what slows the machine down slows both alike.
    own = median(home / card for home, card in zip(shown["Home"], shown["command"], strict=True))
    return [
        Result("(f) Home from memory until its view leaves / cached command, p50", own, at_most=3),
        *(_ratio(name, p50[name] / p50["command"]) for name in ("Home", "shortcut")),
        *(Result(f"    {name}: until the ack, ms", value) for name, value in p50.items()),
        *(Result(f"    {name}: until it is shown, ms", median(shown[name])) for name in ("Home", "shortcut")),
    ]


def _ratio(name: str, value: float) -> Result:
    return Result(f"(f) {name} from memory / cached command, p50 of the ack", value, at_most=2)


async def once(line: Line, body: str, seen: Callable[[], int]) -> tuple[float, float]:
    """Milliseconds until the ack, and until Slack has seen one thing more; then nothing is under way."""
    before, started = seen(), time.perf_counter()
    await line.ask(body)
    acked = time.perf_counter()
    async with asyncio.timeout(5):
        while body.startswith(("{", "payload")) and seen() == before:  # noqa: ASYNC110 - the stand-in tells nobody
            await asyncio.sleep(0)
    return (acked - started) * 1000, (time.perf_counter() - started) * 1000


def home_body() -> str:
    """Without an event id: with one it would be taken for a repetition."""
    envelope = {"type": "event_callback", "team_id": "T01SUNRISE", "api_app_id": "A01PLAY", "event_time": 1_795_000_000}
    return json.dumps({**envelope, "event": _EVENT, "authorizations": [{"team_id": "T01SUNRISE", "user_id": "U0BOT"}]})


def _shortcut(slack: Slack) -> str:
    message = {"type": "message", "user": "U02ADMIN", "ts": "1764000000.000100", "text": f"what of {CAMPAIGN}?"}
    payload = {
        **_WHO,
        "type": "message_action",
        "callback_id": "show_campaigns",
        "trigger_id": "1.2.3",
        "response_url": slack.response_urls.new(slack.workspace, "C01AEP", "U01OWNER"),
        "channel": {"id": "C01AEP", "name": "aep-outreach"},
        "message_ts": message["ts"],
        "message": message,
    }
    return urlencode({"payload": json.dumps(payload)})
