"""What people do in Slack: type, press, submit, close. Each deed reaches the bot as Slack would deliver it."""

from playground.slack import payloads, values, views
from playground.slack.call import ApiError
from playground.slack.deliveries import Ack, Deliveries
from playground.slack.response_urls import ResponseUrls, Use
from playground.slack.tokens import Grant, Tokens
from playground.slack.views import Views
from playground.slack.workspace import BOT_ID, BOT_NAME, Json, Message, Modal, Person, SlackWorkspace

_TROUBLE = "We had some trouble connecting ({}). Try again?"


class People:
    """The people of all workspaces. Where a deed happens follows from its channel, message or modal."""

    command: str
    workspaces: dict[str, SlackWorkspace]
    tokens: Tokens
    deliveries: Deliveries
    response_urls: ResponseUrls
    views: Views

    def workspace_of(self, channel: str) -> SlackWorkspace:
        """Where a channel is. Raises LookupError."""
        for workspace in self.workspaces.values():
            if channel in workspace.channels:
                return workspace
        raise LookupError(f"there is no channel {channel}")

    def modals_of(self, user: str) -> list[Modal]:
        """This person's open modals, the last one on top."""
        return [modal for workspace in self.workspaces.values() for modal in workspace.stack(user)]

    async def say(self, text: str, *, user: str = "U01OWNER", channel: str = "C01AEP") -> None:
        """Sends what was typed: the slash command to the bot, everything else to the channel."""
        workspace = self.workspace_of(channel)
        if not workspace.may_see(user, channel):
            raise LookupError(f"{user} is not in {channel}")
        if workspace.channels[channel].is_archived:
            raise LookupError("that channel is archived")
        name, _, rest = text.partition(" ")
        if name != self.command:
            await self.heard(workspace, workspace.post(channel, user, with_mention(text)))
            return
        grant = self.tokens.installed(workspace)
        if workspace.is_outsider(user):
            complain(workspace, channel, user, f"{name} is not available to people of another company.")
        elif grant is None:
            complain(workspace, channel, user, f"{name} is not a valid command: no app in this workspace has it.")
        else:
            await self._command(workspace, grant, user, channel, text, rest)

    async def _command(
        self, workspace: SlackWorkspace, grant: Grant, user: str, channel: str, text: str, rest: str
    ) -> None:
        place, person = workspace.channels[channel], somebody(workspace, user)
        ids = self.ids(workspace, user, channel)
        use = self.response_urls.of_command(ids["response_url"])
        payload = payloads.command(workspace, grant, place, person, self.command, rest, ids)
        ack = await self.deliveries.deliver(f"{self.command} command", "slash_commands", payload)
        if isinstance(ack.body, dict) and ack.body.get("response_type") == "in_channel":
            workspace.post(channel, user, text)
        self._show(ack, use)

    async def press(
        self, message: Message, action: Json, *, user: str = "U01OWNER", values: Json | None = None
    ) -> None:
        """Presses `action`, an element of the message (with its `block_id`); `values` is the state of its inputs."""
        workspace = self.workspace_of(message.channel)
        grant = self.tokens.installed(workspace)
        if grant is None:
            complain(workspace, message.channel, user, "The button did not work: the app is not installed here.")
            return
        place, person = workspace.channels[message.channel], somebody(workspace, user)
        ids = self.ids(workspace, user, message.channel, message.ts)
        payload = payloads.message_action(workspace, grant, place, person, message, action, ids)
        payload["state"] = {"values": _state(message.blocks, values)}
        ack = await self.deliveries.deliver(f"press {action['action_id']}", "interactive", payload)
        if ack.error:
            complain(workspace, message.channel, user, f"The button did not work ({ack.error}).")

    async def press_in(self, modal: Modal, action: Json, *, values: Json | None = None) -> None:
        """Presses `action` in a modal; `values` is the state of its inputs."""
        workspace, grant = self.open_modal(modal)
        ids = {"trigger_id": self.views.new_trigger(workspace, modal.user)}
        now, person = _state(modal.view["blocks"], values), somebody(workspace, modal.user)
        payload = payloads.modal_action(workspace, grant, person, modal, action, now, ids)
        await self.deliveries.deliver(f"press {action['action_id']}", "interactive", payload)

    async def press_home(self, workspace: SlackWorkspace, user: str, action: Json) -> None:
        """Presses `action` in this person's App Home."""
        grant = self.tokens.installed(workspace)
        if grant is None:
            raise LookupError("the app is not installed here")
        ids = {"trigger_id": self.views.new_trigger(workspace, user)}
        home, person = workspace.homes[user], somebody(workspace, user)
        payload = payloads.home_action(workspace, grant, person, home, action, ids)
        await self.deliveries.deliver(f"press {action['action_id']}", "interactive", payload)

    async def submit(self, modal: Modal, values: Json) -> None:
        """Submits a modal: errors mark its fields, an update changes it, an empty ack closes it."""
        workspace, grant = self.open_modal(modal)
        ids = {"trigger_id": self.views.new_trigger(workspace, modal.user)}
        payload = payloads.submission(workspace, grant, somebody(workspace, modal.user), modal, values, ids)
        payload["response_urls"] = self._response_urls(workspace, modal, values)
        modal.busy = True
        workspace.touch()
        ack = await self.deliveries.deliver("submit", "interactive", payload)
        modal.busy = False
        try:
            _after(workspace, modal, ack)
        except ApiError as error:
            modal.errors = {"": _TROUBLE.format(error)}
        workspace.touch()

    def _response_urls(self, workspace: SlackWorkspace, modal: Modal, values: Json) -> list[Json]:
        """Of the conversations that were chosen in selects which ask for them."""
        return [
            {
                "block_id": block["block_id"],
                "action_id": element["action_id"],
                "channel_id": chosen,
                "response_url": self.response_urls.new(workspace, chosen, modal.user),
            }
            for block in modal.view["blocks"]
            if (element := block.get("element") or {}).get("response_url_enabled")
            and (chosen := values.get(block["block_id"], {}).get(element["action_id"], {}).get("selected_conversation"))
        ]

    def close(self, modal: Modal) -> None:
        """Closes a modal, or all with `clear_on_close`; a bot that asked for it is told."""
        workspace, grant = self.open_modal(modal)
        cleared = bool(modal.view.get("clear_on_close"))
        for one in workspace.stack(modal.user) if cleared else [modal]:
            if one.view.get("notify_on_close"):
                shown = payloads.view(workspace, grant, one)
                payload = payloads.closed(workspace, grant, somebody(workspace, one.user), shown, cleared=cleared)
                self.deliveries.deliver_later("close", "interactive", payload)
        gone = workspace.stack(modal.user) if cleared else [modal]
        _remove(workspace, gone)

    def open_modal(self, modal: Modal) -> tuple[SlackWorkspace, Grant]:
        """Where a modal is open. Raises LookupError."""
        for workspace in self.workspaces.values():
            grant = self.tokens.installed(workspace)
            if grant and any(other is modal for other in workspace.modals):
                return workspace, grant
        raise LookupError("that modal is closed")

    def _show(self, ack: Ack, use: Use) -> None:
        """What the ack of a command makes visible."""
        if ack.error:
            complain(use.workspace, use.channel, use.user, f"{self.command} failed with the error “{ack.error}”")
        elif isinstance(ack.body, dict):
            if problem := self.response_urls.refusal(ack.body):
                use.workspace.refusals.append(problem)
                complain(use.workspace, use.channel, use.user, f"{self.command} failed with the error “invalid_blocks”")
            else:
                self.response_urls.take(use, ack.body)
        elif ack.body:
            self.response_urls.take(use, {"text": ack.body})

    async def heard(self, workspace: SlackWorkspace, message: Message) -> None:
        """A message was posted."""
        raise NotImplementedError

    def ids(self, workspace: SlackWorkspace, user: str, channel: str, ts: str | None = None) -> Json:
        """What the bot may answer a deed with."""
        return {
            "trigger_id": self.views.new_trigger(workspace, user),
            "response_url": self.response_urls.new(workspace, channel, user, ts),
        }


def with_mention(text: str) -> str:
    """What Slack makes of `@careCycle` when it is sent."""
    return text.replace(f"@{BOT_NAME}", f"<@{BOT_ID}>")


def somebody(workspace: SlackWorkspace, user: str) -> Person:
    """A person by their id. Raises LookupError."""
    if person := workspace.person(user):
        return person
    raise LookupError(f"there is nobody {user}")


def complain(workspace: SlackWorkspace, channel: str, user: str, text: str) -> None:
    """Slack itself says that something does not work."""
    workspace.post(channel, "USLACKBOT", text, ephemeral_for=user, error=True)


def _after(workspace: SlackWorkspace, modal: Modal, ack: Ack) -> None:
    """What the ack of a submission does to the modal. Raises ApiError where Slack would not do it."""
    answer = ack.body if isinstance(ack.body, dict) else {}
    match "error" if ack.error else answer.get("response_action"):
        case "error":
            modal.errors = {"": _TROUBLE.format(ack.error)}
        case "errors":
            modal.errors = _marked(workspace, modal, answer.get("errors"))
        case "update":
            views.replace(workspace, modal, answer.get("view"))
        case "push":
            views.put(workspace, modal.user, answer.get("view"))
        case "clear":
            _remove(workspace, workspace.stack(modal.user))
        case _:
            _remove(workspace, [modal])


def _marked(workspace: SlackWorkspace, modal: Modal, errors: object) -> dict[str, str]:
    """The errors by block; only an input can be marked, and only with a text."""
    inputs = {block["block_id"] for block in modal.view["blocks"] if block["type"] == "input"}
    texts = errors if isinstance(errors, dict) else {}
    if not texts or set(texts) - inputs or not all(isinstance(text, str) and text for text in texts.values()):
        workspace.refusals.append(f"errors {errors} for inputs {sorted(inputs)}")
        raise ApiError("invalid_errors")
    return texts


def _remove(workspace: SlackWorkspace, gone: list[Modal]) -> None:
    workspace.modals = [modal for modal in workspace.modals if not any(modal is one for one in gone)]
    workspace.touch()


def _state(blocks: list[Json], changed: Json | None) -> Json:
    return values.initial(blocks) if changed is None else changed
