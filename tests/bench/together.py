"""A thousand people asking for one campaign at once."""

import asyncio

from playground.world import world
from tests.bench.client import CAMPAIGN
from tests.bench.report import Result
from tests.bench.size import Size


async def one_request(size: Size) -> list[Result]:
    """(c) 1,000 concurrent asks for one id that is in no cache: requests that careCycle saw, and replies shown."""
    async with world() as here:
        await asyncio.gather(*(here.slack.say(f"/campaign {CAMPAIGN}") for _ in range(size.askers)))
        # Some acks may come after Slack's three seconds here: what counts is what the bot asked of careCycle.
        requests = len(here.carecycle.requests) if here.carecycle else 0
        cards = sum(not message.error for message in here.slack.workspace.messages)
    return [
        Result(f"(c) {size.askers:,} asks at once: requests to careCycle", requests, at_most=1, at_least=1),
        Result(f"(c) {size.askers:,} asks at once: cards shown", cards, at_least=size.askers),
    ]
