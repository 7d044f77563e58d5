"""Build forms: modals with input fields. Each field is one block, and its value comes back under its `block_id`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blocks.kit import TITLE, Block, Json
from blocks.words import shorten

VALUE = "value"  # the one `action_id` of every field
_CHECKS = 10  # Slack: checkboxes


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose, with a line below it (plain text)."""

    value: str
    label: str
    describes: str = ""


def form(title: str, callback_id: str, blocks: Sequence[Block], *, submit: str, metadata: str) -> Block:
    """Build a modal with input fields. Slack sends `metadata` back with it (at most 3,000 characters)."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "title": _plain(title, TITLE),
        "submit": _plain(submit, TITLE),
        "close": _plain("Cancel", TITLE),
        "blocks": list(blocks),
    }


def text(name: str, label: str, *, hint: str = "", placeholder: str = "", most: int, optional: bool = False,
         initial: str = "", focus: bool = False) -> Block:  # fmt: skip
    """Build a one-line text field for at most `most` characters."""
    extras: dict[str, Json] = {"placeholder": _plain(placeholder, 150)} if placeholder else {}
    element: dict[str, Json] = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "max_length": most,
        "focus_on_load": focus,
        **extras,
    }
    return _input(name, label, element | ({"initial_value": initial} if initial else {}), hint, optional=optional)


def people(name: str, label: str, *, chosen: Sequence[str], hint: str = "") -> Block:
    """Build a field for up to 50 people, or none."""
    element: dict[str, Json] = {"type": "multi_users_select", "action_id": VALUE, "max_selected_items": 50}
    return _input(name, label, element | ({"initial_users": list(chosen)} if chosen else {}), hint, optional=True)


def choice(name: str, label: str, options: Mapping[str, str], chosen: str, *, hint: str = "") -> Block:
    """Build radio buttons. `options` maps each value to its label; `chosen` is the selected value."""
    made = _options(options)
    element: dict[str, Json] = {"type": "radio_buttons", "action_id": VALUE, "options": list(made.values()),
               "initial_option": made[chosen]}  # fmt: skip
    return _input(name, label, element, hint)


def checks(name: str, label: str, options: Mapping[str, str], chosen: Sequence[str], *, hint: str = "",
           optional: bool = True) -> Block:  # fmt: skip
    """Build checkboxes. `options` maps each value to its label; `chosen` holds the checked values."""
    made = _options(options)
    initial = [made[one] for one in options if one in chosen]
    element: dict[str, Json] = {"type": "checkboxes", "action_id": VALUE, "options": list(made.values())}
    return _input(name, label, element | ({"initial_options": initial} if initial else {}), hint, optional=optional)


def several(name: str, label: str, offered: Sequence[Option], chosen: Sequence[str]) -> Block:
    """Build checkboxes, or beyond ten a drop-down list of which several can be chosen. `chosen` holds their values."""
    made = [_option(one) for one in offered]
    initial = [option for one, option in zip(offered, made, strict=True) if one.value in chosen]
    kind = "checkboxes" if len(made) <= _CHECKS else "multi_static_select"
    element: dict[str, Json] = {"type": kind, "action_id": VALUE, "options": made}
    return _input(name, label, element | ({"initial_options": initial} if initial else {}))


def select(name: str, label: str, options: Mapping[str, str], chosen: str, *, hint: str = "") -> Block:
    """Build a drop-down list. `options` and `chosen` are as in `choice`."""
    made = _options(options)
    element: dict[str, Json] = {"type": "static_select", "action_id": VALUE, "options": list(made.values()),
               "initial_option": made[chosen]}  # fmt: skip
    return _input(name, label, element, hint)


def menu(action_id: str, options: Mapping[str, str], chosen: str) -> Block:
    """Build a drop-down list for a row of buttons: Slack reports a choice at once. Otherwise it is as `select`."""
    made = _options(options)
    return {
        "type": "static_select",
        "action_id": action_id,
        "options": list(made.values()),
        "initial_option": made[chosen],
    }


def search(name: str, label: str, chosen: Mapping[str, str], *, hint: str = "", placeholder: str = "") -> Block:
    """Build a drop-down list that the app fills while the person types.

    `chosen` maps the selected value to its label, or is empty.
    """
    element = _searched("external_select", placeholder)
    made = list(_options(chosen).values())
    initial: dict[str, Json] = {"initial_option": made[0]} if made else {}
    return _input(name, label, element | initial, hint)


def searches(name: str, label: str, chosen: Mapping[str, str], *, most: int, hint: str = "",
             placeholder: str = "") -> Block:  # fmt: skip
    """Build the same field as `search`, for up to `most` values.

    Slack treats the field as optional; this app itself refuses an empty one.
    """
    element = _searched("multi_external_select", placeholder) | {"max_selected_items": most}
    initial: dict[str, Json] = {"initial_options": list(_options(chosen).values())} if chosen else {}
    return _input(name, label, element | initial, hint, optional=True)


def channel(name: str, label: str, chosen: str | None, *, hint: str = "") -> Block:
    """Build a field for one public or private channel."""
    element: dict[str, Json] = {
        "type": "conversations_select",
        "action_id": VALUE,
        "filter": {"include": ["public", "private"]},
    }
    return _input(name, label, element | ({"initial_conversation": chosen} if chosen else {}), hint)


def person(name: str, label: str, chosen: str | None, *, hint: str = "") -> Block:
    """Build a field for one person, or nobody."""
    element: dict[str, Json] = {"type": "users_select", "action_id": VALUE}
    return _input(name, label, element | ({"initial_user": chosen} if chosen else {}), hint, optional=True)


def date(name: str, label: str, chosen: str | None, *, hint: str = "") -> Block:
    """Build a field for a day (`2026-11-24`), or none."""
    element: dict[str, Json] = {"type": "datepicker", "action_id": VALUE}
    return _input(name, label, element | ({"initial_date": chosen} if chosen else {}), hint, optional=True)


def with_dispatch(block: Block) -> Block:
    """Return the field so that Slack also reports each change of it to the app (of text: when Enter is pressed)."""
    return {**block, "dispatch_action": True}


def _searched(kind: str, placeholder: str) -> dict[str, Json]:
    extras: dict[str, Json] = {"placeholder": _plain(placeholder, 150)} if placeholder else {}
    return {"type": kind, "action_id": VALUE, "min_query_length": 0, **extras}


def _input(name: str, label: str, element: Block, hint: str = "", *, optional: bool = False) -> Block:
    extras = {"hint": _plain(hint, 2000)} if hint else {}
    return {
        "type": "input",
        "block_id": name,
        "label": _plain(label, 2000),
        "element": element,
        "optional": optional,
        **extras,
    }


def _option(one: Option) -> Block:
    below: dict[str, Json] = {"description": _plain(one.describes, 75)} if one.describes else {}
    return {"text": _plain(one.label, 75), "value": one.value, **below}


def _options(said: Mapping[str, str]) -> dict[str, Block]:
    return {value: {"text": _plain(words, 75), "value": value} for value, words in said.items()}


def _plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": shorten(text, limit)}
