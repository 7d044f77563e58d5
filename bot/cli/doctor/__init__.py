"""`campaign-bot doctor`: what is set up, what is not, and the next step."""

from bot.cli.doctor.line import Line
from bot.cli.doctor.offline import offline
from bot.cli.doctor.online import online

__all__ = ["Line", "offline", "online"]
