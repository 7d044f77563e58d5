"""The bot's readings of careCycle, made at the moments of a clock that is put forward."""

from contextlib import suppress

from bot.app import Bot
from bot.carecycle.rate_limit import Asker
from bot.errors import BotError
from playground.slack import Slack


async def read_all(bot: Bot, slack: Slack) -> None:
    """Reads the account of every workspace that has the app; what fails is a gap, as it is for the bot."""
    for workspace in slack.workspaces.values():
        if slack.tokens.installed(workspace):
            with suppress(BotError):  # not connected, or careCycle is away
                there = await bot.workspaces.of(workspace.team_id)
                await bot.services.readings.read(there, Asker.BACKGROUND)
