"""Check blocks and views against Slack's limits, with slackblocks and the rules it leaves out."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import slackblocks as sb

from tests.drivers import slackblocks_adapter

Json = dict[str, Any]
Surface = Literal["message", "modal", "home"]

_MOST_BLOCKS: Final = {"message": 50, "modal": 100, "home": 100}
_MOST_TABLES: Final = 1
_TABLE_CHARACTERS: Final = 10_000  # Slack: 10,000 in a table, 20,000 in a data_table; the smaller one is safe
_DATA_TABLE_ROWS: Final = 101
_CHART_ITEMS: Final = 6
_VIEW_BYTES: Final = 250_000

_PICKERS: Final = {"button", "checkboxes", "datepicker", "overflow", "radio_buttons", "timepicker"} | {
    f"{kind}_select" for kind in ("static", "external", "users", "conversations", "channels")
}
_MULTI: Final = {f"multi_{kind}" for kind in _PICKERS if kind.endswith("_select")}
_IN_ACTIONS: Final = _PICKERS | {"datetimepicker", "workflow_button"}
_IN_SECTION: Final = _PICKERS | _MULTI | {"image", "workflow_button"}
_IN_CONTAINER: Final = {"actions", "context", "divider", "header", "image", "section", "table", "video"}

_LISTS: Final = ("elements", "fields", "options", "option_groups", "rows", "child_blocks", "segments", "series")
_WORDS: Final = ("text", "alt_text", "title", "caption", "label", "name", "action_id", "block_id")
_SLACK_FAILURES: Final = (sb.InvalidUsageError, TypeError, ValueError, AttributeError, KeyError)


def check_blocks(blocks: Sequence[Json], surface: Surface) -> None:
    """Raise AssertionError, naming the block, when Slack would not take these blocks on this surface."""
    assert len(blocks) <= _MOST_BLOCKS[surface], f"{len(blocks)} blocks, a {surface} holds {_MOST_BLOCKS[surface]}"
    made = [_checked(block, f"blocks[{index}] ({block.get('type')})") for index, block in enumerate(blocks)]
    _run("blocks", _on_surface, made, surface)
    _check_once(blocks, "block_id")
    for block in blocks:  # Slack: unique among the elements of one block
        _check_once([block], "action_id")
    tables = sum(part.get("type") in ("table", "data_table") for part in _parts(blocks))
    assert tables <= _MOST_TABLES, f"{tables} tables, a {surface} holds {_MOST_TABLES}"
    assert sum(part.get("focus_on_load") is True for part in _parts(blocks)) <= 1, "focus_on_load twice"


def check_view(view: Json) -> None:
    """Check a whole modal or App Home, as given to `views.open` or `views.publish`, in the same way."""
    kind = view.get("type")
    assert kind in ("modal", "home"), f"a view is a modal or home, not {kind!r}"
    check_blocks(view.get("blocks", []), "modal" if kind == "modal" else "home")
    maker = sb.ModalView if kind == "modal" else sb.HomeTabView
    _run("view", slackblocks_adapter.view, view, maker)
    for part in _parts({key: value for key, value in view.items() if key != "blocks"}):
        _run("view", _check_words, part)
    size = len(json.dumps(view).encode())
    assert size <= _VIEW_BYTES, f"view of {size} bytes, Slack takes {_VIEW_BYTES}"


def check_options(answer: Json) -> None:
    """Check the answer to an external_select in the same way: `options` or `option_groups`, which may be empty."""
    if any(answer.values()):
        element = {"type": "static_select", "action_id": "a", **answer}
        check_blocks([{"type": "actions", "elements": [element]}], "message")
    assert answer.keys() in ({"options"}, {"option_groups"}), f"an answer has options, not {list(answer)}"


def _checked(block: Json, where: str) -> Any:
    made = _run(where, slackblocks_adapter.block, block)
    for part in _parts(block):
        for check in _CHECKS.get(part.get("type", ""), ()):
            _run(where, check, part)
        _run(where, _check_part, part)
    return made


def _run(where: str, check: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return check(*arguments)
    except (AssertionError, *_SLACK_FAILURES) as error:
        raise AssertionError(f"{where}: {error or type(error).__name__}") from error


def _on_surface(made: list[Any], surface: Surface) -> None:
    if surface == "message":
        sb.Message(channel="C1", text="text", blocks=made)
    elif surface == "modal":
        sb.ModalView(title="Title", submit="Send", blocks=made)
    else:
        sb.HomeTabView(blocks=made)


def _parts(data: Any) -> Iterator[Json]:
    """Yield every object in the JSON, from the outside in."""
    if isinstance(data, dict):
        yield data
    for inner in data.values() if isinstance(data, dict) else data if isinstance(data, list | tuple) else ():
        yield from _parts(inner)


def _check_once(blocks: Sequence[Json], key: str) -> None:
    seen = Counter(part[key] for part in _parts(blocks) if key in part)
    twice = [value for value, times in seen.items() if times > 1]
    assert not twice, f"{key} used more than once: {', '.join(twice)}"


def _check_part(part: Json) -> None:
    _check_words(part)
    for key, value in part.items():
        assert key not in _LISTS or value, f"{key} is empty"
        if key == "url" or key.endswith("_url"):
            assert urlsplit(value).scheme in ("http", "https"), f"{key} {value!r} is not http or https"
            assert urlsplit(value).hostname, f"{key} {value!r} has no host"
    _check_initial(part)


def _check_words(part: Json) -> None:
    for key in _WORDS:
        value = part.get(key)
        assert not isinstance(value, str) or value.strip(), f"{key} is empty"


def _check_initial(part: Json) -> None:
    groups = part.get("option_groups", [])
    options = [*part.get("options", []), *(option for group in groups for option in group["options"])]
    chosen = [*part.get("initial_options", []), *([part["initial_option"]] if "initial_option" in part else [])]
    if options:
        assert all(option in options for option in chosen), "an initial option is not among the options"
    values = [option["value"] for option in options]
    assert len(set(values)) == len(values), "two options have the same value"


def _check_button(button: Json) -> None:
    assert button.get("style") in (None, "primary", "danger"), f"a button's style is not {button['style']!r}"


def _holds(key: str, allowed: set[str]) -> Callable[[Json], None]:
    def check(block: Json) -> None:
        inner = block.get(key, [])
        for part in inner if isinstance(inner, list) else [inner]:
            assert part.get("type") in allowed, f"{part.get('type')!r} cannot stand in {block['type']}.{key}"

    return check


def _check_rows(table: Json) -> None:
    rows = table["rows"]
    assert len({len(row) for row in rows}) == 1, "rows of different lengths"
    assert rows[0], "rows without cells"
    assert len(table.get("column_settings", [])) <= len(rows[0]), "more column_settings than columns"
    characters = sum(len(part["text"]) for part in _parts(rows) if isinstance(part.get("text"), str))
    assert characters <= _TABLE_CHARACTERS, f"{characters} characters, safe are {_TABLE_CHARACTERS}"


def _check_data_table(table: Json) -> None:
    assert len(table["rows"]) <= _DATA_TABLE_ROWS, f"{len(table['rows'])} rows, safe are {_DATA_TABLE_ROWS}"


def _check_chart(chart: Json) -> None:
    items = chart["segments"] if "segments" in chart else chart["series"]
    assert len(items) <= _CHART_ITEMS, f"{len(items)} segments or series, safe are {_CHART_ITEMS}"


_CHECKS: Final[Mapping[str, Sequence[Callable[[Json], None]]]] = {
    "actions": [_holds("elements", _IN_ACTIONS)],
    "section": [_holds("accessory", _IN_SECTION)],
    "container": [_holds("child_blocks", _IN_CONTAINER)],
    "button": [_check_button],
    "table": [_check_rows],
    "data_table": [_check_rows, _check_data_table],
    "pie": [_check_chart],
    "bar": [_check_chart],
    "area": [_check_chart],
    "line": [_check_chart],
}
