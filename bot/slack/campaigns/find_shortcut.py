"""The global shortcut *Find a campaign* and its search form.

The form has a select that searches while a person types, a field for an id, and a choice of where to show the result.
"""

import asyncio
from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import inputs, notices, words
from blocks.campaigns import search as campaign_search
from blocks.campaigns.held import held_id
from blocks.kit import Block, Message
from bot.campaigns.listing import PROBLEM_WORDS
from bot.errors import BotError, Busy, NotOpened, NotUnderstood, RateLimited, Slow
from bot.slack.campaigns.cards import card_window, cards
from bot.slack.context.interaction import Interaction
from bot.slack.reply.errors import SLACK_TROUBLE, Outcome, explain, slack_word
from bot.slack.reply.limited import limited
from bot.slack.reply.message_bodies import IN_CHANNEL
from bot.slack.reply.payload import Payload
from bot.slack.reply.time_limit import ACK_WITHIN, in_time, left
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.form_submission import typed_into, value
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Modal, fill, open_modal
from bot.workspaces.finding import Named, find
from bot.workspaces.known_rows import learn, up_to_date

SHORTCUT = "find_campaign"
_MEANT = 3  # names that an error lists
_CHOOSE_WITHIN = 1.2  # seconds from the arrival; then the form shows that it is loading, or the answer comes later
_Choosing = asyncio.Task[Outcome[tuple[str, ...] | Message]]  # the ids that were chosen, or why there are none
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
            await interaction.person.need_own_company(remembered=True)
        origin = ModalState(interaction.workspace.id, interaction.workspace.enterprise_id, interaction.channel)
        return campaign_search.form(origin.text(), note=note)

    return Modal(campaign_search.TITLE, view)


async def suggest(ack: AsyncAck, interaction: Interaction) -> None:
    """Offer campaigns that match what was typed, from memory when careCycle is slow (Slack waits 3 s)."""
    origin = ModalState.read(interaction.metadata)
    home = await origin.switch_to_workspace(interaction, interaction.started)
    if home.maybe_outsider:
        await home.person.need_own_company(ACK_WITHIN, remembered=True)
    await ack(options=await offered(str(interaction.body.get("value") or ""), home))


async def offered(typed: str, interaction: Interaction) -> list[Payload]:
    """Return the options for what this person typed, or a single option that says why there are none."""
    try:
        async with in_time(interaction.started, ACK_WITHIN):
            if " ".join(typed.lower().split()) in PROBLEM_WORDS:
                newest = await interaction.services.readings.newest(interaction.workspace)
                return campaign_search.with_problems(newest.current.assessment.needing_a_person())
            listing = await interaction.workspace.search(typed, typing=interaction.user)
            await learn(interaction.workspace)
            marked = replace(listing, entries=up_to_date(interaction.workspace, listing.entries))
            return campaign_search.options(marked, typed)
    except Slow:
        at_hand = interaction.workspace.search_at_hand(typed)
        return campaign_search.options(at_hand, typed) if at_hand.entries else campaign_search.only_says(_SLOW)
    except RateLimited:
        # The usual notice is too long for an option. The id field may use a minute's last requests: point there.
        return campaign_search.only_says(campaign_search.LIMIT_NEAR)
    except BotError as error:
        return campaign_search.only_says(notices.plain_reason(error, interaction.services.clock.now()))


async def show(ack: AsyncAck, interaction: Interaction) -> None:
    """Show the chosen campaigns, in place of the form or to everybody in a conversation."""
    view, services = interaction.view, interaction.services
    home = await ModalState.read(interaction.metadata).switch_to_workspace(interaction, interaction.started)
    where, urls = value(view, campaign_search.WHERE), interaction.body.get("response_urls") or []
    if where == "there" and not urls:
        says = "Choose a conversation that this app can post to, or show it only to you."
        await ack(response_action="errors", errors={campaign_search.CONVERSATION: says})
        return
    chosen = _chosen(view, home)
    try:
        choosing = services.tasks.start(explain(chosen, services.clock, _as_it_is))
    except Busy:
        chosen.close()  # else Python warns that nothing has awaited it
        raise
    done, _ = await asyncio.wait({choosing}, timeout=left(interaction.started, _CHOOSE_WITHIN))
    if done and isinstance(notice := choosing.result().shown, Message):
        says = words.plain(notice.text).replace("`", "")
        await ack(response_action="errors", errors={campaign_search.ID: says})
    elif where == "there":
        await ack()
        _post(home, choosing, urls[0])
    else:
        await _in_place(ack, interaction.view_id, home, choosing)


async def _chosen(view: Payload, interaction: Interaction) -> tuple[str, ...] | Message:
    """Return the ids of the campaigns that were picked or named. Raise NotUnderstood, or what `find` raises."""
    typed, picked = value(view, campaign_search.ID) or "", value(view, campaign_search.PICK) or ""
    if typed.strip():
        named = await find(interaction.workspace, " ".join(typed.split()))
        if isinstance(named, Named):
            return named.ids
        raise NotUnderstood(meant=tuple(entry.name for entry in (named.listing.entries or named.listing.near)[:_MEANT]))
    if picked in ("", campaign_search.NOTHING):
        raise NotUnderstood("nothing")
    return (held_id(picked),)


def _post(interaction: Interaction, choosing: _Choosing, where: Payload) -> None:
    """Post the cards for everybody in the chosen conversation, with the name of the person who shared them."""
    there = replace(
        interaction, name="find", channel=where["channel_id"], response_url=where["response_url"], thread=None
    )

    async def public() -> Message:
        chosen = (await choosing).shown
        if isinstance(chosen, Message):
            return replace(chosen, private=True)
        return await cards(there, chosen, public=True)

    async def then(shown: bool) -> None:
        chosen = (await choosing).shown
        if shown and not isinstance(chosen, Message):
            await there.note_shared(*chosen)

    there.start_or_say(there.services.replies.follow_up(there, public, IN_CHANNEL, then=then))


async def _in_place(ack: AsyncAck, view_id: str, interaction: Interaction, choosing: _Choosing) -> None:
    """Show the cards in place of the form: at once, or after a loading view when careCycle is slow."""
    services, finding = interaction.services, _finding(interaction)
    task = services.tasks.start(_found(interaction, choosing))
    done, _ = await asyncio.wait({task}, timeout=left(interaction.started, ACK_WITHIN))
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
        why = limited(error) or NotOpened(slack_word(error))
        came_of = type(why).__name__
        notice = notices.for_error(why, interaction.services.clock.now())
        await interaction.services.replies.tell(interaction, notice)
    interaction.services.replies.log(interaction, came_of, [], via="modal")


async def _found(interaction: Interaction, choosing: _Choosing) -> Outcome[Block]:
    chosen = await choosing
    if isinstance(chosen.shown, Message):
        return Outcome(_as_view(chosen.shown), chosen.name)
    work, clock = _modal(interaction, chosen.shown), interaction.services.clock
    with interaction.for_reader():
        return await explain(work, clock, _as_view, remedied=interaction.remedied)


async def _modal(interaction: Interaction, ids: tuple[str, ...]) -> Block:
    if len(ids) == 1:
        return await card_window(interaction, ids[0])
    return notices.modal(campaign_search.TITLE, await cards(interaction, ids))


def _as_it_is(notice: Message) -> tuple[str, ...] | Message:
    return notice


def _as_view(notice: Message) -> Block:
    return notices.modal(campaign_search.TITLE, notice)


def _finding(interaction: Interaction) -> Interaction:
    """Return the interaction with notices shown on the App Home, since the shortcut has no conversation."""
    return replace(home_tab.at_home(interaction), name="find")
