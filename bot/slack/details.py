"""The *Details* button: a modal with all that may be shown of a campaign."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

import blocks.details
from blocks import campaign, notices
from blocks.kit import Block, Message
from bot import logs
from bot.clock import Clock
from bot.errors import Busy, NotOpened
from bot.slack.errors import Outcome, explain
from bot.slack.people import People
from bot.slack.replies import Replies, Visit
from bot.slack.tasks import Tasks
from bot.workspace import Workspace

AT_ONCE = 1.5  # seconds; a trigger_id lives about three, and views.open itself needs some of them


def register(app: AsyncApp) -> None:
    """Listens for *Details*."""
    app.action(campaign.DETAILS)(show)


async def show(  # noqa: PLR0917 - Bolt hands over each by its name
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    client: AsyncWebClient,
    workspace: Workspace,
    people: People,
    replies: Replies,
    tasks: Tasks,
    clock: Clock,
) -> None:
    """Opens the modal, with a loading view first when careCycle is slow."""
    await ack()
    seen, user = campaign.Seen.read(action["value"]), body["user"]["id"]
    visit = Visit(workspace.id, "details", body["response_url"])

    async def view() -> Block:
        reading, names = await asyncio.gather(
            workspace.campaign(seen.id), people.is_manager(client, workspace.id, user)
        )
        return blocks.details.card(reading, names=names)

    try:
        tasks.start(_open(visit, client, body["trigger_id"], explain(view(), clock, _as_view), replies, clock))
    except Busy as error:
        await replies.tell(visit, notices.for_error(error, clock.now()))


async def _open(  # noqa: PLR0917 - private, called once
    visit: Visit,
    client: AsyncWebClient,
    trigger_id: str,
    work: Coroutine[Any, Any, Outcome[Block]],
    replies: Replies,
    clock: Clock,
) -> None:
    with logs.reads() as reads:
        task = asyncio.ensure_future(work)
        name = "answered"
        try:
            name = await _into_modal(client, trigger_id, task)
        except SlackApiError as error:
            name = str(error.response.get("error"))
            await replies.tell(visit, notices.for_error(NotOpened(), clock.now()))
        finally:
            task.cancel()
    replies.log(visit, name, reads, via="modal")


async def _into_modal(client: AsyncWebClient, trigger_id: str, task: asyncio.Task[Outcome[Block]]) -> str:
    """Opens at once with the answer, or with the loading view that the answer then replaces."""
    done, _ = await asyncio.wait({task}, timeout=AT_ONCE)
    if done:
        await client.views_open(trigger_id=trigger_id, view=dict(task.result().shown))
    else:
        opened = await client.views_open(trigger_id=trigger_id, view=dict(blocks.details.loading()))
        await client.views_update(view_id=opened["view"]["id"], view=dict((await task).shown))
    return task.result().name


def _as_view(notice: Message) -> Block:
    return blocks.details.notice(notice.text)
