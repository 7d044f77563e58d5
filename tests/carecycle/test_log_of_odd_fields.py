"""A field of an unexpected type is logged by its name, once, however often careCycle sends it."""

from typing import Any

from bot.carecycle import client
from bot.clock import Clock
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.slash_command import ask_one


async def test_the_same_odd_field_of_many_campaigns_and_answers_is_one_line(
    make_world: MakeWorld, log_lines: list[dict[str, Any]]
) -> None:
    client._log_once.cache_clear()  # another test may have met the same fields
    time = Clockwork()
    here = await make_world(clock=Clock(time.now, time.time), now=time.time)
    assert here.carecycle
    for number, campaign in enumerate(here.carecycle.campaigns.values()):
        campaign["maxAttempts"] = {"secret": number}
    for _ in range(3):
        await ask_one(here, "list")
        await ask_one(here, AEP)
        time.move(3600)
    odd = [line["fields"] for line in log_lines if line["event"] == "fields of an unexpected type"]
    assert ["maxAttempts"] in odd
    assert any("items.maxAttempts" in fields for fields in odd)
    assert len(odd) == 2
    assert "secret" not in str(odd)
