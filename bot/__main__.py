"""`python -m bot` is `campaign-bot`."""

from bot.cli import main

main()
