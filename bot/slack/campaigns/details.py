"""The *Details* button: a modal with all that may be shown of a campaign."""

import asyncio
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

import blocks.campaigns.details
from blocks.campaigns import campaign as campaign_card
from blocks.kit import Block
from bot.slack.context.place import is_modal, place_of, seen_in
from bot.slack.context.services import Desk
from bot.slack.reply.replies import Visit
from bot.slack.surfaces.modals import Window, open_window
from bot.workspaces.workspace import Workspace


def register(app: AsyncApp) -> None:
    """Listens for *Details*."""
    app.action(campaign_card.DETAILS)(show)


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

    async def view() -> Block:
        seen = campaign_card.Seen.read(action["value"])
        reading, form, names = await asyncio.gather(
            workspace.campaign(seen.id),
            place_of(body, desk, client, workspace).form(),
            sees_names(body["user"]["id"], client, workspace, desk),
        )
        return blocks.campaigns.details.card(reading, names=names, form=form)

    visit = Visit(workspace.address, "details", body.get("response_url", ""), thread=seen_in(body))
    open_window(
        desk, visit, client, body["trigger_id"], Window(blocks.campaigns.details.TITLE, view, push=is_modal(body))
    )


async def sees_names(user: str, client: AsyncWebClient, workspace: Workspace, desk: Desk) -> bool:
    """Whether this person sees agents by name."""
    wanted = workspace.preferences.agents == "managers"
    return wanted and await desk.people.is_manager(client, workspace, user)
