"""Answer what needs a person: `/campaign problems`, the filter of the list, and *I'm on it*."""

from dataclasses import replace
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.campaigns import problem_list
from blocks.campaigns.listing import PER_PAGE, PROBLEMS, PageState
from blocks.campaigns.problem_list import Press, View, needing
from blocks.campaigns.problems import wording
from blocks.card_options import CardOptions
from blocks.kit import Message
from bot.errors import OldButton
from bot.slack.campaigns.sharing import Shared
from bot.slack.context.installed import need_installation
from bot.slack.context.interaction import Interaction
from bot.slack.context.typed_command import TypedCommand
from bot.slack.reply.message_bodies import REPLACE, REPLACE_UNLESS_ERROR


def register(app: AsyncApp) -> None:
    """Listen for *I'm on it* and *Take over*."""
    app.action(problem_list.ON_IT)(press)
    app.action(problem_list.TAKE_OVER)(take_over)


async def problems(typed: TypedCommand) -> Message:
    """Return the first page. Raise NotShownHere, NotConnected, or a CareCycleError when nothing is known at all."""
    interaction = typed.interaction
    options = await interaction.card_options(public=typed.public)
    by = interaction.user if typed.public else None
    shown = await page(interaction, PageState(0, PROBLEMS, by), options)
    typed.note_shared(*shown.ids)
    return shown.message


async def page(interaction: Interaction, state: PageState, options: CardOptions) -> Shared:
    """Return a page with the campaigns on it. Without `shared_by` in the state, this person alone sees it."""
    services, workspace = interaction.services, interaction.workspace
    newest = await services.readings.newest(workspace)
    reader = None if state.shared_by else interaction.user
    view = View(services.clock.now(), options, reader, services.readings.are_regular(workspace), newest.trouble)
    found = needing(newest.current, view.now, options)[state.start : state.start + PER_PAGE]
    return Shared(problem_list.page(newest.current, state, view), tuple(id_ for id_, _ in found))


async def press(ack: AsyncAck, interaction: Interaction) -> None:
    """Note that this person is on it, or no longer; and draw the page again. A second click changes nothing.

    Where somebody else is on it, say who, with a button to take over.
    """
    work = interaction.named("on it")
    await interaction.services.replies.afterwards(
        work, ack, partial(_pressed, interaction), REPLACE_UNLESS_ERROR, saves=True
    )


async def take_over(ack: AsyncAck, interaction: Interaction) -> None:
    """Note that this person is on it, in place of somebody else, and show the page."""

    async def taken() -> Message:
        await interaction.person.need_full_member()
        seen = Press.read(interaction.value)
        await _take(interaction, seen.campaign_id)
        return await _again(interaction, replace(seen.page, shared_by=None), public=False)

    await interaction.services.replies.afterwards(interaction.named("take over"), ack, taken, REPLACE, saves=True)


async def _pressed(interaction: Interaction) -> Message:
    await interaction.person.need_full_member()
    seen, assessments = Press.read(interaction.value), interaction.services.assessments
    assessments.forget(interaction.workspace.id)  # another replica may know better
    if (current := await assessments.latest(interaction.workspace.id)) is None:
        raise OldButton  # another account was connected since
    on_it = current.on_it.get(seen.campaign_id)
    if on_it and on_it.by != interaction.user:
        one = current.assessment.campaigns.get(seen.campaign_id)
        said = wording(current.assessment, interaction.services.clock.now())
        return problem_list.taken(one.name if one else "", on_it, seen, said)
    if on_it is None and seen.by != interaction.user:
        await _take(interaction, seen.campaign_id)
    elif on_it and seen.by == interaction.user:
        await assessments.give_back(interaction.workspace.id, seen.campaign_id)
    return await _again(interaction, seen.page, public=interaction.is_public)


async def _take(interaction: Interaction, campaign_id: str) -> None:
    """Raise OldButton when the account was not read, or has no such campaign, or NotInstalled when the app is gone."""
    services, workspace = interaction.services, interaction.workspace
    if await services.assessments.take(workspace.id, campaign_id, interaction.user) is None:
        raise OldButton
    await need_installation(workspace, services)


async def _again(interaction: Interaction, state: PageState, *, public: bool) -> Message:
    return (await page(interaction, state, await interaction.card_options(public=public))).message
