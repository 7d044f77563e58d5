"""Check campaigns for the command line: from careCycle, from saved answers, or from standard input."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Self

from pydantic import SecretStr

from blocks import words
from bot.campaigns import personal_numbers, routing
from bot.campaigns.calling import Reason, calling
from bot.campaigns.campaign import Campaign
from bot.campaigns.ids import Links
from bot.carecycle.client import CareCycle
from bot.carecycle.http import open_http
from bot.carecycle.lenient_parsing import read
from bot.cli.reasons import carecycle_reason
from bot.clock import Clock
from bot.config import KEY_IS_IN, Settings, SettingsError
from bot.errors import BotError

STANDARD_INPUT = "-"
_LONGEST = 2000  # characters of a sentence
_WEIGHTS = {"problem": "Problem", "note": "Note", "unsaid": "Not known"}


class NotACampaign(Exception):
    """What was read is no campaign, or could not be read. The text says why."""


class AskedWrongly(Exception):
    """An argument cannot be understood. The text says which, in one line."""


def moment(text: str) -> datetime | None:
    """Read a moment in ISO 8601 with a time zone. Return None for anything else."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else None


async def check(arguments: Sequence[str], now: datetime, *, as_json: bool) -> int:
    """Print the check-up of every campaign named. Return how many could not be checked.

    Raise AskedWrongly before anything is printed, and SettingsError when careCycle is to be asked without a key.
    """
    links = Links(Settings.read()[0].carecycle_link)
    wrong = [one for one in arguments if one != STANDARD_INPUT and not _is_file(one) and not links.ids_in(one)]
    if wrong:
        raise AskedWrongly(f"{wrong[0]!r} is neither a file nor a campaign's id or link")
    failed = 0
    async for found in _campaigns(arguments, links):
        failed += isinstance(found, NotACampaign)
        print(_json_line(found, now) if as_json else _text(found, now), flush=True)  # noqa: T201 - for the terminal
    return failed


async def _campaigns(arguments: Sequence[str], links: Links) -> AsyncIterator[Campaign | NotACampaign]:
    async with AsyncExitStack() as stack:
        reader: _Reader | None = None
        for one in arguments:
            if one == STANDARD_INPUT:
                async for line in _lines(sys.stdin.buffer):
                    yield campaign_in(line)
            elif _is_file(one):
                yield campaign_in(await asyncio.to_thread(Path(one).read_bytes))
            else:
                reader = reader or await _Reader.open(stack)
                for campaign_id in links.ids_in(one):
                    yield await reader.campaign(campaign_id)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:  # a name too long for a file
        return False


async def _lines(source: BinaryIO) -> AsyncIterator[bytes]:
    while line := await asyncio.to_thread(source.readline):
        yield line


def campaign_in(text: bytes) -> Campaign | NotACampaign:
    """Read a campaign from JSON: careCycle's whole answer, or the campaign alone. Return why there is none."""
    try:
        data = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return NotACampaign("this is no JSON")
    record = data.get("campaign", data) if isinstance(data, dict) else data
    if not isinstance(record, dict) or not isinstance(record.get("id"), str) or not record["id"].strip():
        return NotACampaign("this is no campaign: it has no id")
    try:
        return read(Campaign, record)[0]
    except (BotError, RecursionError):
        return NotACampaign("this is no campaign: it cannot be read")


class _Reader:
    """Reads campaigns from careCycle with the key of the settings."""

    def __init__(self, carecycle: CareCycle, key: SecretStr, settings: Settings, clock: Clock) -> None:
        self._carecycle = carecycle
        self._key = key
        self._settings = settings
        self._clock = clock

    @classmethod
    async def open(cls, stack: AsyncExitStack) -> Self:
        settings, clock = Settings.load(), Clock()
        if settings.carecycle_api_key is None:
            raise SettingsError([f"CARECYCLE_API_KEY is not set: {KEY_IS_IN}"])
        http = await stack.enter_async_context(open_http(settings.carecycle_base_url, clock))
        return cls(CareCycle(http, settings.carecycle_params), settings.carecycle_api_key, settings, clock)

    async def campaign(self, campaign_id: str) -> Campaign | NotACampaign:
        """Return the campaign, or why it could not be read."""
        try:
            return await self._carecycle.get_campaign(self._key, campaign_id)
        except BotError as error:
            return NotACampaign(carecycle_reason(error, self._settings, self._clock.now()))


def checkup(campaign: Campaign, now: datetime) -> dict[str, Any]:
    """Return the check-up as JSON. Scripts rely on its form (docs/checks.md)."""
    calls = calling(campaign, now)
    transfer = {"verdict": routing.verdict(campaign), "says": _masked(routing.plain(routing.summary(campaign)))}
    findings = [
        {"field": one.field, "kind": one.kind, "weight": one.weight, "says": _masked(one.text)}
        for one in routing.findings(campaign)
    ]
    return {
        "id": campaign.id,
        "name": None if campaign.name is None else personal_numbers.masked(campaign.name),
        "transfer": transfer,
        "findings": findings,
        "calling": {
            "verdict": calls.verdict,
            "says": calls.says,
            "reasons": _reasons(calls.reasons),
            "open": _reasons(calls.open),
        },
    }


def _masked(text: str) -> str:
    """Return text on one line without what a terminal would act on, e-mail addresses and phone numbers masked."""
    return words.clean(text, _LONGEST)


def _reasons(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    return [{"field": one.field, "kind": one.kind, "says": one.sentence} for one in reasons]


def _json_line(found: Campaign | NotACampaign, now: datetime) -> str:
    return json.dumps({"error": str(found)} if isinstance(found, NotACampaign) else checkup(found, now))


def _text(found: Campaign | NotACampaign, now: datetime) -> str:
    if isinstance(found, NotACampaign):
        return f"Not checked: {found}"
    name = words.clean(found.name or "") or "Campaign without a name"
    return "\n".join(
        (f"{name} ({words.one_line(found.id)[:8]})", *(f"  {_masked(line)}" for line in _said(found, now)))
    )


def _said(campaign: Campaign, now: datetime) -> Iterator[str]:
    """Yield lines for people, in which a terminal may still find something to act on."""
    yield routing.plain(routing.summary(campaign))
    for one in routing.findings(campaign):
        yield f"{_WEIGHTS[one.weight]}: {one.text}"
    yield calling(campaign, now).says
