"""`python -m bot` is `campaign-bot`."""

from bot.cli.main import main

main()
