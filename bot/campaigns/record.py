"""The base class and the field types of all records of careCycle's API."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Strict
from pydantic.alias_generators import to_camel

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]|$)")


def _in_utc(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:  # in UTC it falls before the year 1 or after 9999
        raise ValueError("beyond the calendar") from None


def _written_out(value: object) -> object:
    """Accept only datetimes and ISO 8601 text: pydantic would read `42` as a moment in 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE.match(value)):
        return value
    raise ValueError("no date")


Whole = Annotated[int, Strict()]  # strict: true is not read as 1, nor "12" as 12
Flag = Annotated[bool, Strict()]
Moment = Annotated[datetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]


class Record(BaseModel):
    """One object of the API. It is frozen, leaves out unknown fields, and keeps values out of error texts."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=True,
        extra="ignore",
        hide_input_in_errors=True,
    )
