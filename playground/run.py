"""Runs the playground for people, until Ctrl-C."""

import asyncio

from bot import logs
from bot.cli.watchdog import Watchdog
from bot.config import Settings, SettingsError
from bot.stopping import Shutdown
from playground.carecycle import HARBOR_KEY
from playground.clock import MovableClock
from playground.world import world

READ_EVERY = 15  # minutes


def main(*, port: int, live: bool, campaigns: int = 0) -> None:
    """Serves the page on `port`; with `live` careCycle is the real one, else it has at least so many campaigns.

    Raises SettingsError.
    """
    settings = Settings.load() if live else None
    if settings and settings.carecycle_api_key is None:
        raise SettingsError(["CARECYCLE_API_KEY is missing: --live asks the real careCycle"])
    logs.set_up("INFO", "text")
    asyncio.run(_run(port, settings, campaigns))


async def _run(port: int, live: Settings | None, campaigns: int) -> None:
    shutdown, stop = Shutdown(), asyncio.Event()
    Watchdog(shutdown).listen(stop)
    clock = None if live else MovableClock()  # the real careCycle counts requests by the true time
    made = world(
        port=port, live=live, many=live is None, clock=clock, lively=True, shutdown=shutdown, read_every=READ_EVERY
    )
    async with made as here:
        if live is None:
            await here.slack.connect()
            here.crowd(campaigns)
            here.slack.deliveries.log.clear()
        print(f"\n  Open {here.page} and type\n  /campaign 497f6eca-6276-4993-bfeb-53cbbbba6f08\n", flush=True)
        if live is None:
            print(f"  Harbor Benefits has not added the app yet. Its careCycle key is {HARBOR_KEY}\n", flush=True)
        await stop.wait()
