"""Turn Block Kit JSON into slackblocks' objects, so that it checks every key."""

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import slackblocks as sb
from slackblocks.blocks import RichTextBlock

Json = dict[str, Any]
Maker = Callable[..., Any]

_BLOCKS: Final[Mapping[str, Maker]] = {
    "actions": sb.ActionsBlock,
    "alert": sb.AlertBlock,
    "card": sb.CardBlock,
    "carousel": sb.CarouselBlock,
    "container": sb.ContainerBlock,
    "context": sb.ContextBlock,
    "context_actions": sb.ContextActionsBlock,
    "data_table": sb.DataTableBlock,
    "data_visualization": sb.DataVisualizationBlock,
    "divider": sb.DividerBlock,
    "file": sb.FileBlock,
    "header": sb.HeaderBlock,
    "image": sb.ImageBlock,
    "input": sb.InputBlock,
    "markdown": sb.MarkdownBlock,
    "rich_text": RichTextBlock,
    "section": sb.SectionBlock,
    "table": sb.TableBlock,
    "video": sb.VideoBlock,
}

# What stands inside a block and says its type.
_PARTS: Final[Mapping[str, Maker]] = {
    "plain_text": sb.PlainText,
    "mrkdwn": sb.Markdown,
    "raw_text": sb.RawText,
    "raw_number": sb.RawNumber,
    "image": sb.Image,
    "icon": sb.SlackIcon,
    "card": sb.CardBlock,
    "button": sb.Button,
    "workflow_button": sb.WorkflowButton,
    "icon_button": sb.IconButton,
    "feedback_buttons": sb.FeedbackButtons,
    "overflow": sb.OverflowMenu,
    "checkboxes": sb.CheckboxGroup,
    "radio_buttons": sb.RadioButtonGroup,
    "static_select": sb.StaticSelectMenu,
    "external_select": sb.ExternalSelectMenu,
    "users_select": sb.UserSelectMenu,
    "conversations_select": sb.ConversationSelectMenu,
    "channels_select": sb.ChannelSelectMenu,
    "multi_static_select": sb.StaticMultiSelectMenu,
    "multi_external_select": sb.ExternalMultiSelectMenu,
    "multi_users_select": sb.UserMultiSelectMenu,
    "multi_conversations_select": sb.ConversationMultiSelectMenu,
    "multi_channels_select": sb.ChannelMultiSelectMenu,
    "plain_text_input": sb.PlainTextInput,
    "email_text_input": sb.EmailInput,
    "url_text_input": sb.URLInput,
    "number_input": sb.NumberInput,
    "rich_text_input": sb.RichTextInput,
    "file_input": sb.FileInput,
    "datepicker": sb.DatePicker,
    "datetimepicker": sb.DateTimePicker,
    "timepicker": sb.TimePicker,
    "pie": sb.PieChart,
    "bar": sb.BarChart,
    "area": sb.AreaChart,
    "line": sb.LineChart,
    "rich_text": RichTextBlock,
    "rich_text_section": sb.RichTextSection,
    "rich_text_list": sb.RichTextList,
    "rich_text_preformatted": sb.RichTextCodeBlock,
    "rich_text_quote": sb.RichTextQuote,
    "text": sb.RichText,
    "link": sb.RichTextLink,
    "emoji": sb.RichTextEmoji,
    "user": sb.RichTextUser,
    "usergroup": sb.RichTextUserGroup,
    "channel": sb.RichTextChannel,
}

# What stands inside a block without saying its type: the key it stands under tells.
_BY_KEY: Final[Mapping[str, Maker]] = {
    "confirm": sb.ConfirmationDialogue,
    "options": sb.Option,
    "initial_option": sb.Option,
    "initial_options": sb.Option,
    "option_groups": sb.OptionGroup,
    "filter": sb.ConversationFilter,
    "dispatch_action_config": sb.DispatchActionConfiguration,
    "slack_file": sb.SlackFile,
    "column_settings": sb.ColumnSettings,
    "segments": sb.ChartSegment,
    "series": sb.DataSeries,
    "data": sb.DataPoint,
    "axis_config": sb.AxisConfig,
    "positive_button": sb.FeedbackButton,
    "negative_button": sb.FeedbackButton,
    "workflow": sb.Workflow,
    "trigger": sb.Trigger,
    "customizable_input_parameters": sb.InputParameter,
}

_RENAMED: Final = {"usergroup_id": "user_group_id"}


def block(data: Json) -> Any:
    """Return the slackblocks object of a block. Raise AssertionError when a key or a type would be lost."""
    return _made(_known(_BLOCKS, data), data)


def view(data: Json, maker: Maker) -> Any:
    """Return the slackblocks object of a whole view."""
    return _made(maker, data)


def _known(makers: Mapping[str, Maker], data: Json) -> Maker:
    assert data.get("type") in makers, f"slackblocks knows no {data.get('type')!r} here"
    return makers[data["type"]]


def _made(maker: Maker, data: Json) -> Any:
    given = {key: value for key, value in data.items() if key != "type"}
    if isinstance(given.get("style"), dict):  # rich text has its styles in an object of their own
        given |= given.pop("style")
    given = {_RENAMED.get(key, key): value for key, value in given.items()}
    unknown = set(given) - _parameters(maker)
    assert not unknown, f"unknown in {data.get('type', maker.__name__)}: {', '.join(sorted(unknown))}"
    arguments = {key: _value(key, value) for key, value in given.items()}
    _suit(data, maker, arguments)
    made = maker(**arguments)
    _same(data, made._resolve(), data.get("type", maker.__name__))
    return made


@cache
def _parameters(maker: Maker) -> frozenset[str]:
    return frozenset(inspect.signature(maker).parameters)


def _value(key: str, value: Any) -> Any:
    match value:
        case list():
            return [_value(key, item) for item in value]
        case dict() if key in ("blocks", "child_blocks"):
            return block(value)
        case dict() if key in _BY_KEY and not (key == "confirm" and "type" in value):
            return _made(_BY_KEY[key], value)
        case dict():
            return _made(_known(_PARTS, value), value)
        case _:
            assert value is not None, f"{key} is null"
            return value


def _suit(data: Json, maker: Maker, arguments: Json) -> None:
    """Change arguments where slackblocks takes less than Slack does, or asks for more."""
    if maker is sb.SlackFile:
        arguments |= {key: arguments.get(key) for key in ("url", "id")}
    if maker is sb.StaticMultiSelectMenu:
        arguments.setdefault("options", None)
    if maker is sb.Option and _has_mrkdwn_below(data):
        arguments.pop("description")  # it would make it plain; Slack takes it of radio buttons and checkboxes
    if maker is sb.TableBlock:
        arguments["rows"] = [[_table_cell(cell) for cell in row] for row in arguments["rows"]]
    if maker is sb.RadioButtonGroup and "initial_option" in data:
        # It looks for the very same object among the options.
        same = [made for option, made in _pairs(data, arguments) if option == data["initial_option"]]
        arguments["initial_option"] = same[0] if same else arguments["initial_option"]
    if "option_groups" in data:
        # It wants a group here, where Slack wants an option; `slack_limits` looks at it.
        arguments.pop("initial_option", None)
        arguments.pop("initial_options", None)


def _pairs(data: Json, arguments: Json) -> list[tuple[Json, Any]]:
    return list(zip(data["options"], arguments["options"], strict=True))


def _has_mrkdwn_below(option: Json) -> bool:
    below = option.get("description")
    return isinstance(below, dict) and below.get("type") == "mrkdwn"


def _table_cell(cell: Any) -> Any:
    """Return a table's cell as slackblocks takes it: numbers as text, and only the first part of rich text."""
    if isinstance(cell, RichTextBlock):
        return (cell.elements or [])[0]
    return sb.RawText(cell.text) if isinstance(cell, sb.RawNumber) else cell


def _same(ours: Any, theirs: Any, where: str) -> None:
    """Assert that slackblocks would send everything in `ours`, neither dropped nor changed."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in ours.keys() - _suited(ours):
            # What is false is the same as not there.
            assert key in theirs or ours[key] is False, f"{where}.{key} does not belong there"
            _same(ours[key], theirs.get(key, False), f"{where}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        assert len(ours) == len(theirs), f"{where} has {len(ours)} items, should have {len(theirs)}"
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            _same(one, other, f"{where}[{index}]")
    else:
        assert ours == theirs, f"{where} is {ours!r}, should be {theirs!r}"


def _suited(data: Json) -> set[str]:
    """Return the keys that `_suit` changed. A table's cells were compared when they were made."""
    keys = {"trigger_actions_on"}  # slackblocks shuffles it
    if data.get("type") == "table":
        keys |= {"rows"}
    if _has_mrkdwn_below(data):
        keys |= {"description"}
    if "option_groups" in data:
        keys |= {"initial_option", "initial_options"}
    return keys
