"""The commands `campaign-bot digests …`, which may be used beside a running bot."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from bot.cli.endings import Refused
from bot.cli.printing import say
from bot.config import Settings

if TYPE_CHECKING:
    from bot.cli.columns import Row

T = TypeVar("T")
digests = typer.Typer(help="Digests: what channels get, when, and what became of it.", no_args_is_help=True)
Zone = Annotated[str, typer.Option("--zone", help="The time zone of all times, such as America/New_York.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON line for each row.")]
Workspace = Annotated[str | None, typer.Option(help="Only this Slack workspace, by its id (T…).")]
One = Annotated[str, typer.Argument(help="A digest's id.")]


@digests.command("list")
def listed(
    workspace: Workspace = None,
    names: Annotated[bool, typer.Option("--names", help="Ask Slack for the names of channels and people.")] = False,
    zone: Zone = "UTC",
    as_json: Json = False,
) -> None:
    """Prints every digest: its id, where it goes, who owns it, when it is due next, and why it waits."""
    from bot.cli.digests import LISTED, with_names
    from bot.cli.digests import listed as read

    there = _zone(zone)
    rows = _run(read(Settings.load(), workspace, datetime.now(UTC), names=names))
    _print(rows if as_json else with_names(rows), LISTED, there, as_json=as_json)


@digests.command("times")
def times(digest: One, zone: Zone = "UTC", as_json: Json = False) -> None:
    """Prints the next five times of a digest."""
    from bot.cli.digests import TIMED
    from bot.cli.digests import times as read

    there = _zone(zone)
    _print(_run(read(Settings.load(), digest, datetime.now(UTC), there)), TIMED, there, as_json=as_json)


@digests.command("history")
def history(
    digest: Annotated[str | None, typer.Argument(help="A digest's id; without it, all digests.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Only what was due on this day, such as 2026-11-23.")] = None,
    workspace: Workspace = None,
    most: Annotated[int, typer.Option(help="So many deliveries, the newest.", min=1, max=10_000)] = 30,
    zone: Zone = "UTC",
    as_json: Json = False,
) -> None:
    """Prints what became of the last deliveries: sent, late, skipped, failed or unconfirmed, and why."""
    from bot.cli.digests import DELIVERED
    from bot.cli.digests import history as read

    there = _zone(zone)
    day = _day(on, there) if on else None
    rows = _run(read(Settings.load(), digest, most, datetime.now(UTC), workspace=workspace, day=day))
    _print(rows, DELIVERED, there, as_json=as_json)
    if not rows and not as_json:
        typer.echo("nothing was due then" if on else "nothing was due yet")


@digests.command("dry-run")
def dry_run(digest: One) -> None:
    """Prints what a digest would deliver now. careCycle is asked; Slack is not, and nothing is kept."""
    from rich.console import Console

    from bot.cli.digests import dry_run as composed
    from bot.cli.terminal import draw

    draw(_run(composed(Settings.load(), digest)), Console())


@digests.command("pause")
def pause(digest: One) -> None:
    """Pauses a digest until somebody resumes it, here or in Slack."""
    from bot.cli import digest_changes

    say(_run(digest_changes.pause(Settings.load(), digest, datetime.now(UTC))))


@digests.command("resume")
def resume(digest: One) -> None:
    """Resumes a digest that a person or a failure paused."""
    from bot.cli import digest_changes

    say(_run(digest_changes.resume(Settings.load(), digest, datetime.now(UTC))))


@digests.command("owner")
def owner(digest: One, person: Annotated[str, typer.Argument(help="The new owner's Slack id (U…).")]) -> None:
    """Gives a digest to another owner, for example when nobody here looks after it anymore."""
    from bot.cli import digest_changes

    say(_run(digest_changes.give(Settings.load(), digest, person, datetime.now(UTC))))


@digests.command("requeue")
def requeue(run: Annotated[str, typer.Argument(help="A delivery's id, from the history.")]) -> None:
    """Has a delivery tried again that was skipped, failed or is unconfirmed; a running bot does it."""
    from bot.cli import digest_changes

    say(_run(digest_changes.requeue(Settings.load(), run, datetime.now(UTC))))


def _print(rows: "Sequence[Row]", columns: Sequence[str], zone: ZoneInfo, *, as_json: bool) -> None:
    from bot.cli.columns import json_lines, table

    lines = json_lines(rows, zone) if as_json else table(rows, columns, zone) if rows else []
    for line in lines:
        say(line)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refused(f"{name} is no time zone: write it like America/New_York", 2) from error


def _day(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a day begins in a zone, and when the next one does."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"--on {text} is no day: write it like 2026-11-23", 2) from error
    begin, end = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return begin, end


def _run(asked: Coroutine[None, None, T]) -> T:
    """Run a command on digests and return its result. Raise Refused with the text of a NoDigest."""
    from bot.cli.digests import NoDigest

    try:
        return asyncio.run(asked)
    except NoDigest as error:
        raise Refused(str(error)) from error
