"""Name the type of Slack's JSON, and take its parts, which may be missing or something else in an old or forged one."""

from typing import Any

Payload = dict[str, Any]  # Any: Slack's JSON
EVENTS_LEFT_OUT = "app_rate_limited"  # a type of request, to which nobody subscribes


def part(of: object) -> Payload:
    """Return an object of Slack's JSON, or an empty one when it is anything else."""
    return of if isinstance(of, dict) else {}


def text(of: object) -> str:
    """Return a text of Slack's JSON, or an empty one when it is anything else."""
    return of if isinstance(of, str) else ""


def parts(of: object) -> list[Payload]:
    """Return the objects in a list of Slack's JSON."""
    return [one for one in of if isinstance(one, dict)] if isinstance(of, list | tuple) else []


def texts(of: object) -> list[str]:
    """Return the texts in a list of Slack's JSON."""
    return [one for one in of if isinstance(one, str)] if isinstance(of, list | tuple) else []


def pressed(body: Payload) -> Payload:
    """Return the element that was pressed or chosen; empty without one."""
    return next(iter(parts(body.get("actions"))), {})


def picked(element: Payload) -> str:
    """Return the value of the option that is chosen in an element; empty without one."""
    return text(part(element.get("selected_option")).get("value"))
