"""Build the form *Quiet until …*: which problems digests do not tell, until when, and why."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from blocks import inputs, kit, words
from blocks.campaigns.problems import sentence, wording
from blocks.campaigns.quiet import NOTE, Found, in_order
from blocks.campaigns.quiet_buttons import KINDS, place
from blocks.card_options import WHOLE, CardOptions
from blocks.inputs import Option
from blocks.kit import Block
from bot.insight.assessment import Current
from bot.insight.quiet import LONGEST

SAVE = "quiet.save"
TITLE = "Quiet until …"
PROBLEMS, PRESET, DAY, WHY = "problems", "preset", "day", "why"
NOTHING = "None of these problems is open anymore, so there is nothing to keep quiet."
MOST = 100  # problems to choose from (Slack: options of a select)
_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)


def choices(
    current: Current, found: Sequence[Found], now: datetime, options: CardOptions = WHOLE
) -> tuple[Option, ...]:
    """Return what can be made quiet: each kind of open problem of each campaign, those that are quiet last."""
    said = wording(current.assessment, now, plain=True)
    made: dict[str, tuple[bool, Option]] = {}  # with whether it is quiet now
    for campaign_id, one in found:
        for problem, quiet in in_order(campaign_id, one, current, now, options):
            name = words.clean(one.name, 45) or f"Campaign {campaign_id[:8]}"
            key = place(campaign_id, problem.kind)
            says = f"{made[key][1].describes}; " if key in made else ""
            label = f"{name}: {KINDS[problem.kind]}{' (quiet now)' if quiet else ''}"
            made[key] = (quiet is not None, Option(key, label, f"{says}{sentence(problem, one, said)}"))
    return tuple(option for _, option in sorted(made.values(), key=lambda pair: pair[0]))


def form(offered: Sequence[Option], metadata: str, now: datetime, zone: str, command: str) -> Block:
    """Build the form. `offered` is from `choices` and not empty; `zone` is the account's."""
    return inputs.form(TITLE, SAVE, list(_rows(offered, now, zone, command)), submit="Save", metadata=metadata)


def nothing() -> Block:
    """Say that no problem is open anymore."""
    return kit.modal(TITLE, [kit.section(NOTHING)])


def saved(said: Sequence[str], until: datetime, zone: str, now: datetime, command: str) -> Block:
    """Say what is quiet now, and until when. `said` are the labels of what was chosen."""
    day = words.weekday(until.astimezone(ZoneInfo(zone)), now)
    lines = "\n".join(f"•  {words.literal(one, 75)}" for one in said[:20])
    more = f"\nand {words.number(len(said) - 20)} more" if said[20:] else ""
    return kit.modal(TITLE, [kit.section(f"🔕 *Quiet until {day}*\n{lines}{more}"), kit.context(_ends(command))])


def day_chosen(preset: str | None, day: str | None, now: datetime, zone: str) -> datetime | None:
    """Return the moment at which the chosen day begins in the account's zone; None: it cannot be chosen.

    A day (`2026-11-24`) counts before a preset. It must be after today, and at most LONGEST ahead.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    try:
        chosen = date.fromisoformat(day) if day else _days(today)[preset or ""]
    except (KeyError, ValueError):
        return None
    begins = datetime.combine(chosen, time(), ZoneInfo(zone))
    return begins if today < chosen and begins <= now + LONGEST else None


def _rows(offered: Sequence[Option], now: datetime, zone: str, command: str) -> Iterator[Block]:
    is_one = len({option.value.partition(" ")[0] for option in offered}) == 1  # all is of one campaign
    chosen = [option.value for option in offered if is_one]
    yield inputs.several(PROBLEMS, "Which problems", offered[:MOST], chosen)
    if offered[MOST:]:
        yield kit.context(f"{words.number(len(offered) - MOST)} more can be chosen beside each campaign.")
    today = now.astimezone(ZoneInfo(zone)).date()
    named = {"tomorrow": "Tomorrow", "monday": "Monday", "week": "In a week", "month": "In a month"}
    days = _days(today)
    once = {one: day for one, day in days.items() if one != "monday" or day != days["week"]}  # as on a Monday
    presets = {one: f"{named[one]}, {_said(one, day, now)}" for one, day in once.items()}
    yield inputs.select(PRESET, "Until", presets, "week")
    yield inputs.date(
        DAY, "Or until another day", None, hint="At most 90 days ahead. This day counts, not the choice above."
    )
    yield inputs.text(
        WHY, "Why", hint="Your colleagues read it beside the problem. Name no customers.", most=NOTE, optional=True
    )
    yield kit.context(_ends(command))


def _said(preset: str, day: date, now: datetime) -> str:
    return words.plain_day(day, now) if preset == "monday" else words.weekday(day, now)


def _days(today: date) -> dict[str, date]:
    """Return the day of each preset. On Sundays Monday is tomorrow, and not offered twice."""
    monday = today + timedelta(days=7 - today.weekday())
    tomorrow = today + timedelta(days=1)
    days = {"tomorrow": tomorrow, "monday": monday, "week": today + _WEEK, "month": today + _MONTH}
    return {one: day for one, day in days.items() if one == "tomorrow" or day != tomorrow}


def _ends(command: str) -> str:
    return (
        f"Until then, digests only say how many there are. `{command} problems`, checks and cards still show them. "
        "Quiet ends earlier when the trouble has been gone for a day, or when 50% more customers are waiting."
    )
