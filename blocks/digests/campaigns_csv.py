"""Build the file with all campaigns of a delivered digest, and the message above it."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from blocks import kit, words
from blocks.campaigns.campaign import UNNAMED, status_name
from blocks.digests.all_campaigns import Campaigns, in_order
from blocks.kit import Message
from blocks.spreadsheet import Cell, csv_file
from bot.digests.report import Row
from bot.digests.snapshot import NUMBERS

HEADER = (
    "Campaign ID",
    "Name",
    "Status",
    "Needs a person",
    "New here",
    "Calls since the digest before",
    "Calls in total",
    "Completed",
    "Failed",
    "Left",
)
_NAME = 60  # characters of the digest's name in that of the file
_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|.]+')  # what file systems do not take


def content(found: Campaigns, order: str) -> bytes:
    """Return all the campaigns as a CSV file, in one of ORDERS."""
    return csv_file([HEADER, *(_cells(row, found) for row in in_order(found, order))])


def file_name(found: Campaigns, now: datetime) -> str:
    """Return the file's name: `Morning digest, Fri, Nov 20.csv`."""
    day = words.weekday(found.as_of.astimezone(ZoneInfo(found.digest.timetable.zone)), now)
    name = words.clean(found.digest.name, _NAME)
    return f"{_NO_FILE_NAME.sub('-', f'{name}, {day}').strip()}.csv"


def message(found: Campaigns, now: datetime) -> Message:
    """Build the message above the file: which campaigns, and the age of their numbers."""
    name, count = words.literal(found.digest.name, 100), len(found.rows)
    which = (
        f"Here is the campaign of *{name}*"
        if count == 1
        else f"Here are the {words.number(count)} campaigns of *{name}*"
    )
    since = f" Calls since the digest before are those since {words.moment(found.since, now)}." if found.since else ""
    text = f"{which} as of {words.moment(found.as_of, now)}.{since}"
    return Message(text, (kit.section(text),))


def _cells(row: Row, found: Campaigns) -> tuple[Cell, ...]:
    figures = row.figures
    return (
        words.clean(row.id),
        words.clean(figures.name) or UNNAMED,
        status_name(figures.status),
        _yes(row.id in found.needing) if found.judged_at else None,
        _yes(row.is_new) if found.since else None,
        row.changes.get("calls"),
        *(NUMBERS[one](figures) for one in ("calls", "completed", "failed", "left")),
    )


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
