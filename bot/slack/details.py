"""The *Details* button: a modal with all that may be shown of a campaign."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

import blocks.details
from blocks import campaign
from blocks.kit import Block, Message
from bot import logs
from bot.errors import Busy, NotOpened
from bot.slack.desk import Desk
from bot.slack.errors import SLACK_TROUBLE, Outcome, explain, slack_word
from bot.slack.replies import Visit
from bot.workspace import Workspace

AT_ONCE = 0.8  # seconds without anything to see; a trigger_id lives about three, and views.open needs some of them


def register(app: AsyncApp) -> None:
    """Listens for *Details*."""
    app.action(campaign.DETAILS)(show)


async def show(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    client: AsyncWebClient,
    workspace: Workspace,
    desk: Desk,
) -> None:
    """Opens the modal, with a loading view first when careCycle is slow."""
    await ack()
    user = body["user"]["id"]
    visit = Visit(workspace.id, "details", body.get("response_url", ""))

    async def view() -> Block:
        seen = campaign.Seen.read(action["value"])
        manager = desk.people.is_manager(client, workspace.id, user)
        reading, names = await asyncio.gather(workspace.campaign(seen.id), manager)
        return blocks.details.card(reading, names=names)

    try:
        desk.tasks.start(_open(visit, client, body["trigger_id"], view, desk))
    except Busy as error:
        desk.replies.no_room(visit, error)


async def _open(
    visit: Visit, client: AsyncWebClient, trigger_id: str, view: Callable[[], Awaitable[Block]], desk: Desk
) -> None:
    with logs.reads() as reads:
        task = asyncio.create_task(explain(view(), desk.clock, _as_view))
        opened = await explain(_into_modal(client, trigger_id, task), desk.clock, _as_notice)
    if isinstance(opened.shown, Message):
        await desk.replies.tell(visit, opened.shown)
    desk.replies.log(visit, opened.shown if isinstance(opened.shown, str) else opened.name, reads, via="modal")


async def _into_modal(client: AsyncWebClient, trigger_id: str, task: asyncio.Task[Outcome[Block]]) -> Message | str:
    """Opens at once with the answer, or with the loading view that the answer then replaces; the log's word for it.

    Raises NotOpened.
    """
    try:
        done, _ = await asyncio.wait({task}, timeout=AT_ONCE)
        if done:
            await client.views_open(trigger_id=trigger_id, view=dict(task.result().shown))
            return task.result().name
        opened = await client.views_open(trigger_id=trigger_id, view=dict(blocks.details.loading()))
        return await _fill(client, opened["view"]["id"], await task)
    except SLACK_TROUBLE as error:
        raise NotOpened(slack_word(error)) from error
    finally:
        task.cancel()


async def _fill(client: AsyncWebClient, view_id: str, outcome: Outcome[Block]) -> str:
    try:
        await client.views_update(view_id=view_id, view=dict(outcome.shown))
    except SlackApiError as error:
        if slack_word(error) != "not_found":
            raise
        return "closed"  # by the person, while it was loading: nothing to say
    return outcome.name


def _as_notice(notice: Message) -> Message | str:
    return notice


def _as_view(notice: Message) -> Block:
    return blocks.details.notice(notice.text)
