"""The checks of `slack_limits` accept good blocks and report what Slack would refuse."""

from typing import Any

import pytest

from tests.drivers.slack_limits import Json, Surface, check_blocks, check_options, check_view


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(number: int = 1, **more: Any) -> Json:
    return {"text": plain(f"Option {number}"), "value": str(number), **more}


def button(action_id: str = "a", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Press"), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def section(text: str = "text", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def select(options: int = 2, **more: Any) -> Json:
    return {
        "type": "static_select",
        "action_id": "s",
        "options": [option(n) for n in range(options)],
        "placeholder": plain("Choose"),
        **more,
    }


def field(element: Json) -> Json:
    return {"type": "input", "block_id": "b", "label": plain("Label"), "element": element}


def table(rows: int = 2, cell: str = "x", **more: Any) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": cell}] * 2] * rows, **more}


def data_table(rows: int = 2) -> Json:
    cells = [{"type": "raw_text", "text": "x"}, {"type": "raw_number", "value": 1.5, "text": "1.5"}]
    return {"type": "data_table", "caption": "Campaigns", "page_size": 10, "rows": [cells] * rows}


def bars(series: int = 1) -> Json:
    data = [{"label": "Mon", "value": 3}]
    chart = {
        "type": "bar",
        "series": [{"name": f"Calls {n}", "data": data} for n in range(series)],
        "axis_config": {"categories": ["Mon"], "y_label": "calls"},
    }
    return {"type": "data_visualization", "title": "Calls", "chart": chart}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def container(*blocks: Json, **more: Any) -> Json:
    return {"type": "container", "title": plain("More"), "child_blocks": list(blocks), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks), **more}


CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("*Really*"), "confirm": plain("Yes"), "deny": plain("No")}
IMAGE = {"type": "image", "image_url": "https://a.example/a.png", "alt_text": "A picture"}
BOLD = {"type": "text", "text": "bold", "style": {"bold": True}}
LINK = {"type": "link", "url": "https://a.example", "text": "here"}

GOOD_MESSAGES: dict[str, Json] = {
    "header": {"type": "header", "block_id": "h", "text": plain("Title") | {"emoji": True}},
    "section": section(accessory=IMAGE, fields=[mrkdwn("*a*\n1"), plain("b")]),
    "overflow": section(accessory={"type": "overflow", "action_id": "o", "options": [option(url="https://a.example")]}),
    "context": {"type": "context", "elements": [mrkdwn("x") | {"verbatim": True}, IMAGE]},
    "button": actions(button(url="https://a.example", value="v", style="primary", confirm=CONFIRM)),
    "select": actions(select(initial_option=option(0), focus_on_load=True)),
    "divider": {"type": "divider"},
    "image": IMAGE | {"title": plain("Picture")},
    "rich_text": rich(BOLD, LINK, {"type": "user", "user_id": "U1"}, {"type": "emoji", "name": "tada"}),
    "table": table(column_settings=[{"align": "right", "is_wrapped": True}]),
    "table_of_all": {
        "type": "table",
        "rows": [[rich(BOLD), {"type": "raw_number", "value": 3, "text": "3"}, {"type": "raw_text", "text": "–"}]],
    },
    "data_table": data_table(),
    "chart": bars(),
    "pie": {
        "type": "data_visualization",
        "title": "Customers",
        "chart": {"type": "pie", "segments": [{"label": "Done", "value": 1}]},
    },
    "container": container(section(), is_collapsible=True, default_collapsed=True, width="full"),
    "markdown": {"type": "markdown", "text": "# Title"},
    "video": {
        "type": "video",
        "title": plain("Film"),
        "alt_text": "Film",
        "video_url": "https://a.example/v",
        "thumbnail_url": "https://a.example/t.png",
    },
}

GOOD_FIELDS: dict[str, Json] = {
    "plain_text_input": {
        "type": "plain_text_input",
        "action_id": "p",
        "multiline": False,
        "max_length": 100,
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed", "on_character_entered"]},
    },
    "static_select": select(),
    "grouped_select": {
        "type": "static_select",
        "action_id": "g",
        "option_groups": [{"label": plain("Group"), "options": [option(1)]}],
        "initial_option": option(1),
    },
    "external_select": {"type": "external_select", "action_id": "e", "min_query_length": 0},
    "conversations_select": {
        "type": "conversations_select",
        "action_id": "c",
        "default_to_current_conversation": True,
        "response_url_enabled": True,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    },
    "radio_buttons": {
        "type": "radio_buttons",
        "action_id": "r",
        "options": [option(1), option(2)],
        "initial_option": option(2),
    },
    "checkboxes": {
        "type": "checkboxes",
        "action_id": "c",
        "options": [option(1, description=plain("More"))],
        "initial_options": [option(1, description=plain("More"))],
    },
    "multi_static_select": {"type": "multi_static_select", "action_id": "m", "options": [option()]},
    "timepicker": {"type": "timepicker", "action_id": "t", "initial_time": "09:00", "timezone": "America/New_York"},
    "number_input": {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "1"},
}

BAD: dict[str, tuple[list[Json], Surface, str]] = {
    "header_too_long": ([{"type": "header", "text": plain("x" * 151)}], "message", r"blocks\[0\] \(header\).*150"),
    "header_in_mrkdwn": ([{"type": "header", "text": mrkdwn("*x*")}], "message", "header.text.type"),
    "section_too_long": ([{"type": "divider"}, section("x" * 3001)], "message", r"blocks\[1\] \(section\).*3000"),
    "section_without_text": ([{"type": "section"}], "message", "text"),
    "field_too_long": ([{"type": "section", "fields": [mrkdwn("x" * 2001)]}], "message", "2000"),
    "eleven_fields": ([{"type": "section", "fields": [mrkdwn("x")] * 11}], "message", "ten"),
    "blank_text": ([section(" ")], "message", "text is empty"),
    "text_without_type": ([{"type": "section", "text": {"text": "x"}}], "message", "None"),
    "verbatim_plain_text": ([{"type": "header", "text": plain("x") | {"verbatim": True}}], "message", "verbatim"),
    "eleven_in_context": ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "message", "ten"),
    "nothing_in_context": ([{"type": "context", "elements": []}], "message", "elements is empty"),
    "26_buttons": ([actions(*(button(str(n)) for n in range(26)))], "message", "25"),
    "button_text": ([actions(button(text=plain("x" * 76)))], "message", "75"),
    "button_value": ([actions(button(value="x" * 2001))], "message", "2000"),
    "button_url": ([actions(button(url="javascript:alert(1)"))], "message", "not http"),
    "button_style": ([actions(button(style="loud"))], "message", "loud"),
    "unknown_in_button": ([actions(button(color="red"))], "message", "unknown in button: color"),
    "unknown_in_block": ([section(color="red")], "message", "unknown in section: color"),
    "unknown_in_confirm": ([actions(button(confirm=CONFIRM | {"x": 1}))], "message", "unknown in .*: x"),
    "unknown_block": ([{"type": "layout"}], "message", "layout"),
    "null": ([actions(button(value=None))], "message", "null"),
    "text_input_in_actions": ([actions(GOOD_FIELDS["plain_text_input"])], "modal", "cannot stand in"),
    "101_options": ([actions(select(101))], "message", "100"),
    "option_text": ([actions(select(options=0) | {"options": [option(10**76)]})], "message", "75"),
    "initial_option": ([actions(select(initial_option=option(7)))], "message", "not among"),
    "same_option_twice": ([actions(select() | {"options": [option(1)] * 2})], "message", "same value"),
    "six_in_overflow": (
        [actions({"type": "overflow", "action_id": "o", "options": [option(n) for n in range(6)]})],
        "message",
        "5",
    ),
    "same_block_id": ([section(block_id="b"), section(block_id="b")], "message", "block_id.*: b"),
    "same_action_id": ([actions(button(), button())], "message", "action_id.*: a"),
    "51_blocks": ([{"type": "divider"}] * 51, "message", "51 blocks"),
    "101_blocks": ([{"type": "divider"}] * 101, "home", "101 blocks"),
    "alert_in_message": ([{"type": "alert", "text": plain("x")}], "message", "alert"),
    "alert_too_long": ([{"type": "alert", "text": plain("x" * 201)}], "modal", "200"),
    "table_in_modal": ([table()], "modal", "table"),
    "two_tables": ([table(), container(table())], "message", "2 tables"),
    "empty_cell": ([table(cell="")], "message", "text is empty"),
    "long_table": ([table(rows=101)], "message", "100"),
    "wordy_table": ([table(rows=100, cell="x" * 51)], "message", "10200 characters"),
    "uneven_table": ([table() | {"rows": [[rich(BOLD)], [rich(BOLD), rich(BOLD)]]}], "message", "lengths"),
    "long_data_table": ([data_table(rows=102)], "message", "102 rows"),
    "three_charts": ([bars(), bars(), bars()], "message", "at most two"),
    "seven_series": ([bars(series=7)], "message", "7 segments"),
    "input_in_container": ([container(field(select()))], "message", "cannot stand in"),
    "picture_without_words": ([IMAGE | {"alt_text": ""}], "message", "alt_text"),
    "too_much_markdown": ([{"type": "markdown", "text": "x" * 7000}] * 2, "message", "12000"),
}


@pytest.mark.parametrize("block", GOOD_MESSAGES.values(), ids=GOOD_MESSAGES.keys())
def test_a_good_block_passes(block: Json) -> None:
    check_blocks([block], "message")


@pytest.mark.parametrize("element", GOOD_FIELDS.values(), ids=GOOD_FIELDS.keys())
def test_a_good_field_passes_in_a_modal(element: Json) -> None:
    check_view(modal(field(element), submit=plain("Save"), callback_id="c", private_metadata="{}"))


@pytest.mark.parametrize(("blocks", "surface", "reason"), BAD.values(), ids=BAD.keys())
def test_what_slack_refuses_is_named_with_its_reason(blocks: list[Json], surface: Surface, reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        check_blocks(blocks, surface)


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (modal(title=plain("x" * 25)), "24"),
        (modal(field(select())), "submit"),
        (modal(private_metadata="x" * 3001), "3000"),
        (modal(color="red"), "color"),
        (modal(title=plain(" ")) | {"close": plain("Close")}, "empty"),
        (modal(*(section("x" * 3000) for _ in range(90))), "bytes"),
        ({"type": "home", "blocks": [{"type": "alert", "text": plain("x")}]}, "alert"),
        ({"type": "workflow_step", "blocks": []}, "workflow_step"),
    ],
)
def test_a_view_beyond_the_limits_is_refused(view: Json, reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        check_view(view)


def test_the_answer_to_an_external_select_has_at_most_a_hundred_options() -> None:
    check_options({"options": []})
    check_options({"options": [option(n) for n in range(100)]})
    with pytest.raises(AssertionError, match="100"):
        check_options({"options": [option(n) for n in range(101)]})
