"""Previews of links: `chat.unfurl` under a message or in the composer, `entity.presentDetails` in the pane beside."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.manifest import manifest
from playground.slack.call import ApiError, Args, Call
from playground.slack.faults import SlackFaults
from playground.slack.rules import refusals
from playground.slack.views import Views
from playground.slack.workspace import Json, SlackWorkspace

_TYPES = manifest()["features"]["rich_previews"]["entity_types"]
_VALUES: dict[str, type] = {"string": str, "integer": int, "slack#/types/timestamp": int}
_FIELD = {"key", "label", "type", "value", "tag_color", "long"}
_COLORS = {"red", "yellow", "green", "gray", "blue"}
_ERRORS = {"restricted", "internal_error", "not_found", "custom", "custom_partial_view", "timeout", "edit_error"}


class Unfurls:
    """`drafts` holds what the composer shows, by `unfurl_id`; `panes` what each person's pane shows."""

    def __init__(self, faults: SlackFaults, views: Views) -> None:
        self.drafts: dict[str, Json] = {}
        self.panes: dict[str, Json] = {}
        self._faults = faults
        self._views = views

    def unfurl(self, call: Call) -> Args:
        """Puts previews, by the link they are of, under the message that is named; instead of those that are there."""
        if self._faults.strikes("unfurl_refused"):
            raise ApiError("cannot_unfurl_url")
        entities = (call.args.get("metadata") or {}).get("entities", [])
        shown = call.args.get("unfurls") or {one["app_unfurl_url"]: one for one in entities}
        if not shown:
            raise ApiError("missing_unfurls")
        if warning := self._warning(call.workspace, entities):
            return warning
        if any(refusals(one["blocks"], "message") for one in shown.values() if "blocks" in one):
            raise ApiError("cannot_parse_attachment")
        self._place(call, shown)
        return {}

    def present(self, call: Call) -> Args:
        """What one person's pane shows: a Work Object, or what is wrong."""
        entity, error = call.args.get("metadata"), call.args.get("error")
        warning = self._warning(call.workspace, [entity] if entity else [])  # what is refused uses up no trigger
        user = self._views.take(call)
        if warning:
            return warning
        if error and error.get("status") not in _ERRORS:
            raise ApiError("invalid_arguments")
        self.panes[user] = entity or error or {}
        call.workspace.touch()
        return {}

    def _warning(self, workspace: SlackWorkspace, entities: list[Json]) -> Args:
        """Slack says `ok` of metadata that it does not take, and warns."""
        if entities and self._faults.strikes("work_object_refused"):
            raise ApiError("error_processing_metadata")
        wrong = [why for entity in entities for why in work_object_refusals(entity)]
        workspace.refusals.extend(wrong)
        if wrong or (entities and self._faults.strikes("work_object_warned")):
            return {"warning": "invalid_metadata_format", "response_metadata": {"messages": wrong}}
        return {}

    def _place(self, call: Call, shown: Json) -> None:
        id_, channel, ts = call.text("unfurl_id"), call.text("channel"), call.text("ts")
        if call.text("source") == "composer":
            self.drafts[id_] = shown
            return
        if id_:
            channel, _, rest = id_.partition(".")
            ts = rest.rpartition(".")[0]
        message = call.workspace.find(channel, ts)
        if message is None:
            raise ApiError("cannot_find_message")
        if any(link not in message.text for link in shown):
            raise ApiError("cannot_unfurl_message")
        message.previews.update(shown)
        call.workspace.touch()


def work_object_refusals(entity: Json) -> Iterator[str]:
    """What Slack would not take of a Work Object."""
    payload = entity.get("entity_payload", {})
    if entity.get("entity_type") not in _TYPES:
        yield f"entity_type {entity.get('entity_type')}"
    if not str(entity.get("external_ref", {}).get("id", "")).replace("-", "").isalnum():
        yield "external_ref without a plain id"
    if not payload.get("attributes", {}).get("title", {}).get("text"):
        yield "no title"
    actions = payload.get("actions", {}).get("primary_actions", [])
    for link in (entity.get("url"), *(action.get("url") for action in actions)):
        if urlsplit(str(link)).scheme not in ("http", "https"):
            yield f"{link} is no link"
    fields = payload.get("custom_fields", [])
    for field in fields:
        yield from _field(field)
    if sorted(payload.get("display_order", [])) != sorted({field["key"] for field in fields}) or len(actions) > 2:
        yield "display_order, actions, or a key that stands twice"


def _field(field: Json) -> Iterator[str]:
    if odd := set(field) - _FIELD:
        yield f"unknown keys {sorted(odd)} of a field"
    kind = _VALUES.get(field.get("type", ""))
    if kind is None or type(field.get("value")) is not kind or not field.get("label"):
        yield f"field {field.get('key')}: {field.get('type')} {field.get('value')!r}"
    if field.get("value") == "" or field.get("tag_color", "red") not in _COLORS:
        yield f"field {field.get('key')}: {field.get('tag_color')}"
