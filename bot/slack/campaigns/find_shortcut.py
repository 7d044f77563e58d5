"""The global shortcut and its search form: a select that searches while one types, an id, and where to show it."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from blocks import inputs, notices
from blocks.campaigns import search as campaign_search
from blocks.kit import Block, Message
from bot.campaigns.ids import has_nearly_an_id
from bot.errors import BotError, Busy, NotOpened, NotUnderstood, RateLimited
from bot.slack.campaigns.cards import card_window, cards
from bot.slack.context.place import Place, place_of
from bot.slack.context.services import Services
from bot.slack.reply.errors import SLACK_TROUBLE, Outcome, explain, slack_word
from bot.slack.reply.replies import Visit
from bot.slack.reply.visibility import IN_CHANNEL
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.form_submission import typed_into, value
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Window, fill, open_window
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
SHORTCUT = "find_campaign"
_OPTIONS_WITHIN = 2.0  # seconds; Slack waits three for options
_SHOW_WITHIN = 2.0  # seconds; then the form shows that it is loading
_NOT_OPENED = "Slack did not open the search form."
_SLOW = "careCycle is slow: type on, or use the id field"


def register(app: AsyncApp) -> None:
    """Listens for the shortcut, for what is typed into the select, and for the form."""
    app.global_shortcut(SHORTCUT)(open_form)
    app.options(
        {"action_id": inputs.VALUE, "block_id": campaign_search.PICK}, matchers=[typed_into(campaign_search.PICK)]
    )(suggest)
    app.view(campaign_search.FIND)(show)


async def open_form(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Opens the form at once: nothing has to be asked for it."""
    await ack()
    place = place_of(body, services, client, workspace)
    otherwise = campaign_search.without_form(_NOT_OPENED, services.command)
    open_window(services, _visit(place), client, body["trigger_id"], replace(window(place), otherwise=otherwise))


def window(place: Place, note: str = "") -> Window:
    """The form; `note` (mrkdwn) says why it opened, where nobody asked for it."""

    async def view() -> Block:
        origin = ModalState(place.workspace.id, place.workspace.enterprise_id, place.channel)
        return campaign_search.form(origin.text(), note=note)

    return Window(campaign_search.TITLE, view)


async def suggest(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Campaigns that hold what was typed, within Slack's three seconds: from memory when careCycle is slow."""
    origin = ModalState.read((body.get("view") or {}).get("private_metadata") or "")
    home = await origin.home(services, workspace, client)
    await ack(options=await offered(str(body.get("value") or ""), home, services, body["user"]["id"]))


async def offered(typed: str, workspace: Workspace, services: Services, user: str) -> list[Payload]:
    """The options for what this person has typed, or a line that says why there are none."""
    try:
        async with asyncio.timeout(_OPTIONS_WITHIN):
            return campaign_search.options(await workspace.search(typed, typing=user), typed)
    except TimeoutError:
        at_hand = workspace.search_at_hand(typed)
        return campaign_search.options(at_hand, typed) if at_hand.entries else campaign_search.only_says(_SLOW)
    except RateLimited:  # the reason with its times is longer than an option, and the last requests are for the field
        return campaign_search.only_says(campaign_search.LIMIT_NEAR)
    except BotError as error:
        return campaign_search.only_says(notices.plain_reason(error, services.clock.now()))


async def show(
    ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient, workspace: Workspace, services: Services
) -> None:
    """Shows what was picked: in the form's place, or to everybody in a conversation."""
    origin = ModalState.read(view["private_metadata"])
    place = place_of(body, services, client, await origin.home(services, workspace, client))
    chosen, where = _chosen(view, place), value(view, campaign_search.WHERE)
    if isinstance(chosen, str):
        await ack(response_action="errors", errors={campaign_search.ID: chosen})
        return
    urls = body.get("response_urls") or []
    if where == "there" and not urls:
        says = "Choose a conversation that this app can post to, or show it only to you."
        await ack(response_action="errors", errors={campaign_search.CONVERSATION: says})
    elif where == "there":
        await ack()
        _post(place, chosen, urls[0])
    else:
        await _in_place(ack, view["id"], place, chosen)


def _chosen(view: Payload, place: Place) -> str | tuple[str, ...]:
    """The ids that were picked or typed, or what is wrong with that."""
    typed, picked = str(value(view, campaign_search.ID) or ""), str(value(view, campaign_search.PICK) or "")
    links = place.workspace.links
    if ids := links.ids_in(typed):
        return ids
    if typed:
        error = NotUnderstood(broken_id=has_nearly_an_id(typed), other_link=links.has_other_link(typed))
        return notices.plain_reason(error, place.services.clock.now())
    return (
        (picked,)
        if picked not in ("", campaign_search.NOTHING)
        else "Pick a campaign above, or paste an id or a link here."
    )


def _post(place: Place, ids: tuple[str, ...], where: Payload) -> None:
    """To everybody in the conversation that was chosen, named after who did it."""
    there = Place(place.services, place.client, place.workspace, where["channel_id"], place.user, place.doubtful)
    visit = Visit(place.workspace.address, "find", where["response_url"])

    async def public() -> Message:
        return await cards(there, ids, public=True)

    async def then(shown: bool) -> None:
        if shown:
            await there.note_shared(*ids)

    try:
        place.services.replies.later(visit, public, IN_CHANNEL, then=then)
    except Busy as error:
        place.services.replies.no_room(visit, error)


async def _in_place(ack: AsyncAck, view_id: str, place: Place, ids: tuple[str, ...]) -> None:
    """In the form's own window: at once, or after a loading view when careCycle is slow."""
    services, visit = place.services, _visit(place)
    task = services.tasks.start(_found(place, ids))
    done, _ = await asyncio.wait({task}, timeout=_SHOW_WITHIN)
    if done:
        await ack(response_action="update", view=place.marked_view(task.result().shown))
        services.replies.log(visit, task.result().name, [], via="modal")
        return
    await ack(response_action="update", view=dict(notices.loading(campaign_search.TITLE)))
    services.tasks.start(_fill(place, view_id, visit, task))


async def _fill(place: Place, view_id: str, visit: Visit, task: asyncio.Task[Outcome[Block]]) -> None:
    try:
        came_of = await fill(place.client, visit, view_id, await task)
    except SLACK_TROUBLE as error:
        came_of = NotOpened.__name__
        notice = notices.for_error(NotOpened(slack_word(error)), place.services.clock.now())
        await place.services.replies.tell(visit, notice)
    place.services.replies.log(visit, came_of, [], via="modal")


async def _found(place: Place, ids: tuple[str, ...]) -> Outcome[Block]:
    return await explain(_window(place, ids), place.services.clock, _as_view)


async def _window(place: Place, ids: tuple[str, ...]) -> Block:
    if len(ids) == 1:
        return await card_window(place, ids[0])
    return notices.modal(campaign_search.TITLE, await cards(place, ids))


def _as_view(notice: Message) -> Block:
    return notices.modal(campaign_search.TITLE, notice)


def _visit(place: Place) -> Visit:
    """There is no conversation to say a word in, so that is said on App Home."""
    return Visit(place.workspace.address, "find", "", beside=partial(home_tab.tell, place))
