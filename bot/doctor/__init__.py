"""Says what is set up, what is not, and the next step, line by line."""

from bot.doctor.line import Line
from bot.doctor.offline import offline
from bot.doctor.online import online

__all__ = ["Line", "offline", "online"]
