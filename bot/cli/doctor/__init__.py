"""`campaign-bot doctor`: what is set up, what is not, and the next step."""

from bot.cli.doctor.report import examine

__all__ = ["examine"]
