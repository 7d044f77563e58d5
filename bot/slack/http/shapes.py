"""The shapes of Slack's requests, as far as Bolt and every listener rely on them."""

from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

# No lone surrogates (pydantic refuses them where it has to look at a text) and no NUL: databases cannot hold them.
_Storable = Annotated[str, Field(pattern=r"^[^\x00]*$")]
_Text = _Storable | None


class _Part(BaseModel):
    """A request, or an object in it: what has one of these names has this type wherever it stands."""

    model_config = ConfigDict(strict=True)

    type: _Text = None
    id: _Text = None
    ts: _Text = None
    thread_ts: _Text = None
    team_id: _Text = None
    enterprise_id: _Text = None
    user_id: _Text = None
    channel_id: _Text = None
    app_installed_team_id: _Text = None
    callback_id: _Text = None
    action_id: _Text = None
    block_id: _Text = None
    trigger_id: _Text = None
    response_url: _Text = None
    function_execution_id: _Text = None
    bot_access_token: _Text = None
    team: "_Part | _Text" = None
    enterprise: "_Part | _Text" = None
    user: "_Part | _Text" = None
    channel: "_Part | _Text" = None
    event: "_Part | None" = None
    view: "_Part | None" = None
    message: "_Part | None" = None
    previous_message: "_Part | None" = None
    container: "_Part | None" = None
    item: "_Part | None" = None
    function: "_Part | None" = None
    function_data: "_Part | None" = None
    inputs: dict[str, object] | None = None
    assistant_thread: "_Part | None" = None
    authorizations: "list[_Part] | None" = None
    response_urls: "list[_Part] | None" = None
    actions: "list[_Part] | None" = None


_COMMAND = TypeAdapter(dict[_Storable, _Storable])


def is_known(body: object) -> bool:
    """Return whether a signed body is a command, an interaction or an event as Slack documents them.

    All texts of a command can be stored then; those of the others only where they are named in `_Part`.
    """
    try:
        if isinstance(body, dict) and "command" in body:
            command = _COMMAND.validate_python(body, strict=True)
            return bool(command.get("user_id") and command.get("response_url"))
        part = _Part.model_validate(body)
    except (ValidationError, RecursionError):
        return False
    return _has_parts(part)


def _has_parts(part: _Part) -> bool:
    """Return whether a part is whole: what its type always has is there."""
    if part.type == "event_callback":
        return part.event is not None and _is_event(part.event)
    if part.type in _ALONE:
        return True
    return part.type in _INTERACTIONS and _is_by_somebody(part) and _INTERACTIONS[part.type](part)


def _is_event(part: _Part) -> bool:
    if part.type == "function_executed":
        return _is_run(part)
    return bool(part.type)


def _is_run(part: _Part) -> bool:
    """Return whether a run of a workflow step names the step and itself: without the latter nobody can end it."""
    return part.function is not None and None not in (part.function.callback_id, part.function_execution_id)


def _is_by_somebody(part: _Part) -> bool:
    """Return whether a person is named. In an event, a person and a channel may also be an id alone."""
    ids_alone = any(isinstance(one, str) for one in (part.team, part.enterprise, part.channel))
    return not ids_alone and isinstance(part.user, _Part) and bool(part.user.id)


def _has_actions(part: _Part) -> bool:
    return bool(part.actions) and all(_is_element(one) and one.type for one in part.actions or ())


def _is_element(part: _Part) -> bool:
    return part.action_id is not None and part.block_id is not None


def _has_view(part: _Part) -> bool:
    return part.view is not None and bool(part.view.type and part.view.id)


def _has_callback(part: _Part) -> bool:
    return part.callback_id is not None


_ALONE = {"url_verification", "app_rate_limited"}  # these name nobody
_INTERACTIONS: dict[str, Callable[[_Part], bool]] = {
    "block_actions": _has_actions,
    "block_suggestion": _is_element,
    "message_action": _has_callback,
    "shortcut": _has_callback,
    "view_closed": _has_view,
    "view_submission": _has_view,
}
