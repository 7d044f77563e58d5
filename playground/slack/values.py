"""What a person has typed and picked, in the shape of Slack's `state.values`."""

import copy
from collections.abc import Iterator

from playground.slack.workspace import Blocks, Json

_TYPED = ("plain_text_input", "number_input", "email_text_input", "url_text_input")
_ONE = {
    "static_select": "option",
    "external_select": "option",
    "radio_buttons": "option",
    "users_select": "user",
    "conversations_select": "conversation",
    "channels_select": "channel",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "date_time",
}
_MANY = {
    "checkboxes": "options",
    "multi_static_select": "options",
    "multi_external_select": "options",
    "multi_users_select": "users",
    "multi_conversations_select": "conversations",
    "multi_channels_select": "channels",
}


def initial(blocks: Blocks) -> Json:
    """What the bot has filled in already, and nothing elsewhere."""
    values: Json = {}
    for block_id, element in _elements(blocks):
        values.setdefault(block_id, {})[element.get("action_id", element["type"])] = _value(element)
    return values


def typed(blocks: Blocks, text: str) -> Json:
    """The same, with `text` typed into the one text field there is. Raises ValueError when there is not one."""
    fields = [(block_id, one) for block_id, one in _elements(blocks) if one["type"] == "plain_text_input"]
    if len(fields) != 1:
        raise ValueError(f"{len(fields)} text fields, not one")
    ((block_id, element),) = fields
    values = initial(blocks)
    values[block_id][element["action_id"]] = {"type": "plain_text_input", "value": text}
    return values


def chosen(blocks: Blocks, action_id: str, picked: object, before: Json | None = None) -> tuple[Json, Json]:
    """What `People.press_in` takes when `picked` is picked or typed: the action, and the state with it in.

    `picked` is an option, a list of options, or the text, id, date or time. `before` is what was there already; without
    it, what the bot has filled in. Raises LookupError when no such element is there.
    """
    values = initial(blocks) if before is None else copy.deepcopy(before)
    for block_id, element in _elements(blocks):
        if element.get("action_id") == action_id:
            kind = element["type"]
            values.setdefault(block_id, {})[action_id] = {"type": kind, _key(kind): picked}
            return {"type": kind, "action_id": action_id, "block_id": block_id, _key(kind): picked}, values
    raise LookupError(f"there is nothing to pick from called {action_id}")


def _elements(blocks: Blocks) -> Iterator[tuple[str, Json]]:
    """Every element with a value, and the block it stands in."""
    for block in blocks:
        for element in (block.get("element"), block.get("accessory"), *block.get("elements", [])):
            if element and element.get("type") in (*_TYPED, *_ONE, *_MANY):
                yield block["block_id"], element


def _value(element: Json) -> Json:
    kind = element["type"]
    if kind in _TYPED:
        return {"type": kind, "value": element.get("initial_value")}
    first = _key(kind).replace("selected_", "initial_")
    return {"type": kind, _key(kind): element.get(first, [] if kind in _MANY else None)}


def _key(kind: str) -> str:
    """Where Slack puts what was picked or typed."""
    return "value" if kind in _TYPED else f"selected_{_ONE.get(kind) or _MANY[kind]}"
