"""Modals and App Homes: what the Web API and an ack may do to a person's stack, and how a view looks in a payload."""

from typing import Literal

from playground.slack.call import ApiError, Args, Call
from playground.slack.faults import SlackFaults
from playground.slack.rules import view_refusals
from playground.slack.workspace import Json, Modal, SlackWorkspace

TRIGGER_SECONDS = 3.0
MOST = 3  # views on one person's stack
_OURS = ("private_metadata", "callback_id", "external_id")


class Views:
    """The methods `views.*`, and the triggers they need."""

    def __init__(self, faults: SlackFaults) -> None:
        self._faults = faults
        self._triggers: dict[str, tuple[SlackWorkspace, str, float]] = {}

    def new_trigger(self, workspace: SlackWorkspace, user: str) -> str:
        """A trigger_id: once, for three seconds."""
        trigger_id = workspace.new_id("trigger.")
        self._triggers[trigger_id] = (workspace, user, workspace.stopwatch())
        return trigger_id

    def workspace_of(self, trigger_id: str) -> SlackWorkspace | None:
        """Where a trigger that still is good was made."""
        return self._triggers.get(trigger_id, (None, "", 0.0))[0]

    def open(self, call: Call) -> Args:
        """A modal on top of what is open."""
        user = self.take(call)
        return {"view": payload(call.workspace, put(call.workspace, user, call.args.get("view")))}

    def push(self, call: Call) -> Args:
        """A modal over the one whose trigger this is."""
        user = self.take(call)
        if not call.workspace.stack(user):
            raise ApiError("not_found")
        return {"view": payload(call.workspace, put(call.workspace, user, call.args.get("view")))}

    def update(self, call: Call) -> Args:
        """Another view in an open modal's place."""
        modal = _named(call)
        if call.args.get("hash") not in (None, modal.hash):
            raise ApiError("hash_conflict")
        replace(call.workspace, modal, call.args.get("view"))
        return {"view": payload(call.workspace, modal)}

    def publish(self, call: Call) -> Args:
        """The App Home of one person."""
        user = call.text("user_id")
        if user not in call.workspace.people:
            raise ApiError("invalid_arguments")
        before = call.workspace.homes.get(user, {})
        if call.args.get("hash") not in (None, before.get("hash")):
            raise ApiError("hash_conflict")
        view = accepted(call.workspace, call.args.get("view"), "home")
        same = before.get("id") or call.workspace.new_id("V")  # another state of the one view there is
        call.workspace.homes[user] = {**view, "id": same, "hash": call.workspace.new_id("hash.")}
        call.workspace.touch()
        return {"view": call.workspace.homes[user]}

    def take(self, call: Call) -> str:
        """Whose trigger it is, which then is used up; a trigger of another workspace is none."""
        workspace, user, made = self._triggers.pop(call.text("trigger_id"), (None, "", 0.0))
        late = call.workspace.stopwatch() - made > TRIGGER_SECONDS
        if workspace is None or late or self._faults.strikes("late_trigger"):
            raise ApiError("expired_trigger_id")
        if workspace is not call.workspace:
            raise ApiError("invalid_trigger_id")
        return user


def put(workspace: SlackWorkspace, user: str, view: object) -> Modal:
    """A new modal on top of this person's stack. Raises ApiError where Slack would refuse it."""
    if len(workspace.stack(user)) >= MOST:
        raise ApiError("push_limit_reached")
    modal = Modal(workspace.new_id("V"), user, accepted(workspace, view), hash=workspace.new_id("hash."))
    workspace.modals.append(modal)
    workspace.touch()
    return modal


def replace(workspace: SlackWorkspace, modal: Modal, view: object) -> None:
    """Another view in this modal's place, with a hash of its own. Raises ApiError where Slack would refuse it."""
    modal.view, modal.errors, modal.hash = accepted(workspace, view), {}, workspace.new_id("hash.")
    workspace.touch()


def accepted(workspace: SlackWorkspace, view: object, kind: Literal["modal", "home"] = "modal") -> Json:
    """The view with its blocks named; one that Slack refuses is noted, and raises ApiError."""
    if not isinstance(view, dict) or (found := view_refusals(view, kind)):
        workspace.refusals.append("; ".join(found) if isinstance(view, dict) else "no view")
        raise ApiError("invalid_arguments")
    return {**view, "blocks": workspace.named(view["blocks"])}


def payload(workspace: SlackWorkspace, modal: Modal, values: Json | None = None) -> Json:
    """The modal as Slack sends it: what the bot gave it comes back."""
    stack, person = workspace.stack(modal.user), workspace.person(modal.user)
    below = stack[: stack.index(modal)] if modal in stack else []
    return {
        **dict.fromkeys(_OURS, ""),
        "clear_on_close": False,
        "notify_on_close": False,
        **modal.view,
        "id": modal.id,
        "team_id": person.team_id if person else workspace.team_id,  # of the person; the app's own is beside it
        "app_installed_team_id": workspace.team_id,
        "hash": modal.hash,
        "root_view_id": (below or [modal])[0].id,
        "previous_view_id": below[-1].id if below else None,
        "bot_id": "B0BOT",
        "state": {"values": values or {}},
    }


def _named(call: Call) -> Modal:
    """The open modal that the call names by `view_id` or by `external_id`."""
    by_id = call.workspace.modal(call.text("view_id"))
    external = call.text("external_id")
    found = by_id or next(
        (m for m in call.workspace.modals if external and m.view.get("external_id") == external), None
    )
    if found is None:
        raise ApiError("not_found")
    return found
