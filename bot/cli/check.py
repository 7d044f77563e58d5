"""`campaign-bot check`: its arguments. The work is in `checkup`, which is imported when it is needed."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.endings import Refused


def check(
    campaigns: Annotated[
        list[str],
        typer.Argument(
            metavar="ID_OR_LINK_OR_FILE",
            help="A campaign's id or link, a file with one saved answer of careCycle, or - for one campaign a line.",
        ),
    ],
    now: Annotated[str | None, typer.Option(help="The moment to judge by: ISO 8601 with a time zone.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one campaign a line.")] = False,
) -> None:
    """Checks campaigns: where transfers go, what is wrong with them, and whether the campaign is calling."""
    from bot.cli import checkup

    when = datetime.now(UTC) if now is None else checkup.moment(now)
    if when is None:
        raise Refused("--now must be ISO 8601 with a time zone, like 2026-11-23T09:00:00-05:00", 2)
    try:
        failed = asyncio.run(checkup.check(campaigns, when, as_json=as_json))
    except checkup.AskedWrongly as error:
        raise Refused(str(error), 2) from error
    raise typer.Exit(1 if failed and not as_json else 0)
