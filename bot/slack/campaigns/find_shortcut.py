"""The global shortcut *Find a campaign* and its search form.

The form has a select that searches while a person types, a field for an id, and a choice of where to show the result.
"""

import asyncio
from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import inputs, notices
from blocks.campaigns import search as campaign_search
from blocks.kit import Block, Message
from bot.campaigns.ids import has_nearly_an_id
from bot.errors import BotError, NotOpened, NotUnderstood, RateLimited
from bot.slack.campaigns.cards import card_window, cards
from bot.slack.context.interaction import Interaction
from bot.slack.reply.errors import SLACK_TROUBLE, Outcome, explain, slack_word
from bot.slack.reply.message_bodies import IN_CHANNEL
from bot.slack.reply.payload import Payload
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.form_submission import typed_into, value
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Modal, fill, open_modal

SHORTCUT = "find_campaign"
_OPTIONS_WITHIN = 2.0  # seconds; Slack waits three for options
_SHOW_WITHIN = 2.0  # seconds; then the form shows that it is loading
_NOT_OPENED = "Slack did not open the search form."
_SLOW = "careCycle is slow: type on, or use the id field"


def register(app: AsyncApp) -> None:
    """Listen for the shortcut, for typing in the select, and for the submitted form."""
    app.global_shortcut(SHORTCUT)(open_form)
    app.options(
        {"action_id": inputs.VALUE, "block_id": campaign_search.PICK}, matchers=[typed_into(campaign_search.PICK)]
    )(suggest)
    app.view(campaign_search.FIND)(show)


async def open_form(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the search form, which needs no request to careCycle."""
    await ack()
    otherwise = campaign_search.without_form(_NOT_OPENED, interaction.services.command)
    open_modal(_finding(interaction), replace(modal(interaction), otherwise=otherwise))


def modal(interaction: Interaction, note: str = "") -> Modal:
    """Return the modal with the search form. `note` (mrkdwn) says why it opened when the person did not ask for it."""

    async def view() -> Block:
        if interaction.maybe_outsider:  # the form searches the whole account
            await interaction.need_own_company()
        origin = ModalState(interaction.workspace.id, interaction.workspace.enterprise_id, interaction.channel)
        return campaign_search.form(origin.text(), note=note)

    return Modal(campaign_search.TITLE, view)


async def suggest(ack: AsyncAck, interaction: Interaction) -> None:
    """Offer campaigns that match what was typed, from memory when careCycle is slow (Slack waits 3 s)."""
    origin = ModalState.read(interaction.view.get("private_metadata") or "")
    home = await origin.switch_to_workspace(interaction)
    if home.maybe_outsider:
        await home.need_own_company()
    await ack(options=await offered(str(interaction.body.get("value") or ""), home))


async def offered(typed: str, interaction: Interaction) -> list[Payload]:
    """Return the options for what this person typed, or a single option that says why there are none."""
    try:
        async with asyncio.timeout(_OPTIONS_WITHIN):
            return campaign_search.options(await interaction.workspace.search(typed, typing=interaction.user), typed)
    except TimeoutError:
        at_hand = interaction.workspace.search_at_hand(typed)
        return campaign_search.options(at_hand, typed) if at_hand.entries else campaign_search.only_says(_SLOW)
    except RateLimited:
        # The usual notice is too long for an option. The id field may use a minute's last requests: point there.
        return campaign_search.only_says(campaign_search.LIMIT_NEAR)
    except BotError as error:
        return campaign_search.only_says(notices.plain_reason(error, interaction.services.clock.now()))


async def show(ack: AsyncAck, interaction: Interaction) -> None:
    """Show the chosen campaigns, in place of the form or to everybody in a conversation."""
    view = interaction.view
    home = await ModalState.read(view["private_metadata"]).switch_to_workspace(interaction)
    chosen, where = _chosen(view, home), value(view, campaign_search.WHERE)
    if isinstance(chosen, str):
        await ack(response_action="errors", errors={campaign_search.ID: chosen})
        return
    urls = interaction.body.get("response_urls") or []
    if where == "there" and not urls:
        says = "Choose a conversation that this app can post to, or show it only to you."
        await ack(response_action="errors", errors={campaign_search.CONVERSATION: says})
    elif where == "there":
        await ack()
        _post(home, chosen, urls[0])
    else:
        await _in_place(ack, view["id"], home, chosen)


def _chosen(view: Payload, interaction: Interaction) -> str | tuple[str, ...]:
    """Return the ids that were picked or typed, or a text that says what is wrong with the input."""
    typed, picked = str(value(view, campaign_search.ID) or ""), str(value(view, campaign_search.PICK) or "")
    links = interaction.workspace.links
    if ids := links.ids_in(typed):
        return ids
    if typed:
        error = NotUnderstood(broken_id=has_nearly_an_id(typed), other_link=links.has_other_link(typed))
        return notices.plain_reason(error, interaction.services.clock.now())
    return (
        (picked,)
        if picked not in ("", campaign_search.NOTHING)
        else "Pick a campaign above, or paste an id or a link here."
    )


def _post(interaction: Interaction, ids: tuple[str, ...], where: Payload) -> None:
    """Post the cards for everybody in the chosen conversation, with the name of the person who shared them."""
    there = replace(
        interaction, name="find", channel=where["channel_id"], response_url=where["response_url"], thread=None
    )

    async def public() -> Message:
        return await cards(there, ids, public=True)

    async def then(shown: bool) -> None:
        if shown:
            await there.note_shared(*ids)

    there.start_or_say(there.services.replies.follow_up(there, public, IN_CHANNEL, then=then))


async def _in_place(ack: AsyncAck, view_id: str, interaction: Interaction, ids: tuple[str, ...]) -> None:
    """Show the cards in place of the form: at once, or after a loading view when careCycle is slow."""
    services, finding = interaction.services, _finding(interaction)
    task = services.tasks.start(_found(interaction, ids))
    done, _ = await asyncio.wait({task}, timeout=_SHOW_WITHIN)
    if done:
        await ack(response_action="update", view=interaction.tagged_view(task.result().shown))
        services.replies.log(finding, task.result().name, [], via="modal")
        return
    await ack(response_action="update", view=dict(notices.loading(campaign_search.TITLE)))
    services.tasks.start(_fill(finding, view_id, task))


async def _fill(interaction: Interaction, view_id: str, task: asyncio.Task[Outcome[Block]]) -> None:
    try:
        came_of = await fill(interaction, view_id, await task)
    except SLACK_TROUBLE as error:
        came_of = NotOpened.__name__
        notice = notices.for_error(NotOpened(slack_word(error)), interaction.services.clock.now())
        await interaction.services.replies.tell(interaction, notice)
    interaction.services.replies.log(interaction, came_of, [], via="modal")


async def _found(interaction: Interaction, ids: tuple[str, ...]) -> Outcome[Block]:
    with interaction.for_reader():
        return await explain(interaction.with_remedy(_modal(interaction, ids)), interaction.services.clock, _as_view)


async def _modal(interaction: Interaction, ids: tuple[str, ...]) -> Block:
    if len(ids) == 1:
        return await card_window(interaction, ids[0])
    return notices.modal(campaign_search.TITLE, await cards(interaction, ids))


def _as_view(notice: Message) -> Block:
    return notices.modal(campaign_search.TITLE, notice)


def _finding(interaction: Interaction) -> Interaction:
    """Return the interaction with notices shown on the App Home, since the shortcut has no conversation."""
    return replace(home_tab.at_home(interaction), name="find")
