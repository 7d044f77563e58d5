"""Say in sentences how a campaign books appointments."""

from collections.abc import Iterator
from datetime import UTC, datetime

from blocks import words
from blocks.campaigns.phrases import odd, quoted, unsaid
from bot.campaigns.campaign import AppointmentConfig, Campaign

_UNSAID = {  # a field, and what is not known without it
    "appointment_length": "how long meetings are",
    "appointment_spacing": "how much time is between meetings",
    "concurrent_limit": "how many can be at the same time",
    "max_options": "how many times are offered",
    "min_hours": "how far ahead",
}
_LEAST = {"appointment_spacing": 0, "min_hours": 0}  # of the others, less than 1 cannot be meant
_MODES = {"timezone": "in the customer’s time zone", "zipcode": "by the customer’s ZIP code"}


def appointments(campaign: Campaign, *, short: bool, now: datetime | None = None) -> Iterator[str]:
    """Yield lines (mrkdwn). `short` omits the name, which the company alone may see. `now`: see `words.plain_day`."""
    config, on = campaign.appointment_config, campaign.features.appointments if campaign.features else None
    if config is None:
        sent = "appointment_config" in campaign.model_fields_set
        yield "None are set up." if sent else "careCycle does not say whether appointments are set up."
        return
    if on is False:
        yield "Appointments are set up, but switched off."
    name = "" if short else words.literal(config.name or "", 120)
    numbers = {field: getattr(config, field) for field in _UNSAID}
    meant = {field: number for field, number in numbers.items() if _is_meant(field, number)}
    missing = [without for field, without in _UNSAID.items() if numbers[field] is None]
    strange = {_UNSAID[field]: number for field, number in numbers.items() if field not in meant}
    for said in (
        f"Set up as *{name}*." if name else "",
        _joined("Meetings", _meeting(meant)),
        _joined("Times offered", _offer(config, meant, now)),
        odd(strange),
        unsaid(missing, "how meetings are booked", len(_UNSAID)),
    ):
        if said:
            yield said


def _is_meant(field: str, number: int | None) -> bool:
    return number is not None and number >= _LEAST.get(field, 1)


def _joined(label: str, parts: Iterator[str]) -> str:
    said = ", ".join(parts)
    return f"{label}: {said}." if said else ""


def _meeting(meant: dict[str, int]) -> Iterator[str]:
    if length := meant.get("appointment_length"):
        yield f"{words.amount(length, 'minute')} each"
    if (between := meant.get("appointment_spacing")) is not None:
        yield f"{words.amount(between, 'minute')} between meetings" if between else "no time between meetings"
    if at_once := meant.get("concurrent_limit"):
        yield f"up to {words.number(at_once)} at the same time"


def _offer(config: AppointmentConfig, meant: dict[str, int], now: datetime | None) -> Iterator[str]:
    if options := meant.get("max_options"):
        yield f"up to {words.number(options)}"
    if hours := meant.get("min_hours"):
        yield f"at least {words.amount(hours, 'hour')} ahead"
    first, last = _day(config.min_date, now), _day(config.max_date, now)
    if first or last:
        yield f"from {first} to {last}" if first and last else f"from {first}" if first else f"until {last}"
    if mode := config.preferred_mode:
        yield _MODES.get(mode) or f"preferred by {quoted(mode)}"


def _day(text: str | None, now: datetime | None) -> str:
    """Return a day as the API writes it, `2026-11-24`, as people write it (mrkdwn); anything else in quotes."""
    try:
        return words.day(datetime.strptime(text or "", "%Y-%m-%d").replace(tzinfo=UTC), now)
    except ValueError:
        return quoted(text) if text and words.clean(text) else ""
