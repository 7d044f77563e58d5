"""Show the problems that digests do not tell again, and keep some of them quiet for a while."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import words
from blocks.campaigns import problem_list, quiet, quiet_buttons, quiet_form
from blocks.campaigns.quiet import Found, Window
from blocks.kit import Block
from bot.digests.digest import CampaignFilter
from bot.errors import OldButton
from bot.insight.assessment import Assessed, Current
from bot.slack.context.installed import need_installation
from bot.slack.context.interaction import Interaction
from bot.slack.reply.payload import Payload, part, parts, text
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.form_submission import WrongField, answer_form, need_no_secret, value, values
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Modal, open_modal, refill


def register(app: AsyncApp) -> None:
    """Listen for the buttons that open the window and the form, for those of the window, and for the form."""
    app.action(quiet_buttons.SHOW)(show)
    app.action(quiet_buttons.OPEN)(open_form)
    app.action(quiet_buttons.LIFT)(lift)
    app.action(quiet_buttons.ON_IT)(press_on_it)
    app.view(quiet_form.SAVE)(save)


async def show(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the window with what is known and quiet of a digest, a campaign, or the whole account."""
    await ack()
    work = _named(interaction, "quiet show")
    open_modal(work, Modal(quiet.TITLE, partial(_window, work, _state(work)), push=work.is_in_modal))


async def open_form(ack: AsyncAck, interaction: Interaction) -> None:
    """Open the form, for full members only."""
    await ack()
    work = _named(interaction, "quiet form")
    state = replace(_state(work), window=work.view_id if _over(work) else "")
    open_modal(work, Modal(quiet_form.TITLE, partial(_form, work, state), push=work.is_in_modal))


async def _form(interaction: Interaction, state: ModalState) -> Block:
    there = replace(interaction, channel=state.channel)
    await there.person.need_full_member(remembered=True)
    current, found = await _found(there, state.about)
    now, command = there.services.clock.now(), there.services.command
    offered = quiet_form.choices(current, found, now, await there.card_options())
    if not offered:
        return quiet_form.nothing()
    return quiet_form.form(offered, state.text(), now, current.assessment.zone, command)


async def save(ack: AsyncAck, interaction: Interaction) -> None:
    """Keep what was chosen quiet, or show at a field why not."""
    state = ModalState.read(interaction.metadata)

    async def saved() -> Block:
        there = await state.switch_to_workspace(interaction)
        await there.person.need_full_member()
        return await _saved(there)

    async def then() -> None:
        await _show_changed(state, await state.switch_to_workspace(interaction))

    work = replace(interaction, name="quiet save", opened_in=state.address)
    await answer_form(ack, work, saved, title=quiet_form.TITLE, field=quiet_form.PROBLEMS, then=then)


async def lift(ack: AsyncAck, interaction: Interaction) -> None:
    """End one, as any full member may, and show the window anew."""
    await _change(ack, interaction.named("quiet lift"), lifted)


async def lifted(interaction: Interaction) -> None:
    """End the quiet that the button names. Raise NotAllowed, Outsider, OldButton."""
    await interaction.person.need_full_member()
    workspace, assessments = interaction.workspace, interaction.services.assessments
    for place in quiet_buttons.read_places(interaction.value):
        if await assessments.lift(workspace.address, place, interaction.user) is None:
            raise OldButton
    await need_installation(workspace, interaction.services)


async def press_on_it(ack: AsyncAck, interaction: Interaction) -> None:
    """Note that this person is on it, or no longer, and show the window anew."""
    await _change(ack, interaction.named("on it"), on_it)


async def on_it(interaction: Interaction) -> None:
    """Note that this person is on what the button names, or no longer. Somebody else stays on it.

    A second click changes nothing.

    Raise NotAllowed, Outsider, OldButton.
    """
    await interaction.person.need_full_member()
    workspace, assessments = interaction.workspace, interaction.services.assessments
    assessments.forget(workspace.id)  # another replica may know better
    current = await assessments.latest(workspace.id)
    if current is None:
        raise OldButton
    campaign_id, drawn = quiet_buttons.read_taking(interaction.value)
    held, wants_off = current.on_it.get(campaign_id), drawn == interaction.user
    if held is None and not wants_off:
        if await assessments.take(workspace.id, campaign_id, interaction.user) is None:
            raise OldButton
        await need_installation(workspace, interaction.services)
    elif held and held.by == interaction.user and wants_off:
        await assessments.give_back(workspace.id, campaign_id)


async def _saved(there: Interaction) -> Block:
    """Raise WrongField, NotInstalled."""
    services, view = there.services, there.view
    chosen = values(view, quiet_form.PROBLEMS)
    if not chosen:
        raise WrongField(quiet_form.PROBLEMS, "Choose at least one problem.")
    if (current := await services.assessments.latest(there.workspace.id)) is None:
        raise WrongField(quiet_form.PROBLEMS, quiet_form.NOTHING)
    now, zone = services.clock.now(), current.assessment.zone
    until = quiet_form.day_chosen(value(view, quiet_form.PRESET), value(view, quiet_form.DAY), now, zone)
    if until is None:
        raise WrongField(quiet_form.DAY, "Choose a day after today, and at most 90 days ahead.")
    places = [place for one in chosen for place in quiet_buttons.read_places(one)]
    typed = value(view, quiet_form.WHY) or ""
    need_no_secret(quiet_form.WHY, typed)
    note = words.clean(typed, quiet.NOTE)
    if await services.assessments.quieten(there.workspace.address, places, until, there.user, note) is None:
        raise WrongField(quiet_form.PROBLEMS, quiet_form.NOTHING)
    await need_installation(there.workspace, services)
    return quiet_form.saved(_labels(view, chosen), until, zone, now, services.command)


async def _change(ack: AsyncAck, interaction: Interaction, change: Callable[[Interaction], Awaitable[None]]) -> None:
    """Change something, and show the window anew in its place, or why it could not be changed."""
    await ack()
    state = ModalState.read(interaction.metadata)

    async def changed() -> Block:
        there = await state.switch_to_workspace(interaction)
        await change(there)
        return await _window(there, state)

    interaction.start_or_say(refill(interaction, quiet.TITLE, changed))


async def _show_changed(state: ModalState, there: Interaction) -> None:
    """Show what a form has changed where it was opened: in the window under it, or on App Home."""
    if state.window:
        await refill(there, quiet.TITLE, partial(_window, there, state), view_id=state.window)
    home_tab.show_changed(state, there)


async def _window(interaction: Interaction, state: ModalState) -> Block:
    there = replace(interaction, channel=state.channel or interaction.channel)
    who = await there.person.need_own_company(remembered=True)  # as with all buttons of a digest
    current, found = await _found(there, state.about)
    options, now = await there.card_options(), there.services.clock.now()
    command = there.services.command
    return quiet.window(
        Window(current, found, state.about, now, there.user, who.member, options, command), state.text()
    )


async def _found(interaction: Interaction, about: str) -> tuple[Current, list[Found]]:
    """Return the last assessment, and the campaigns with problems that this is about, those quiet last.

    Raise DigestGone, or OldButton when nothing is known of the account any more.
    """
    services, workspace = interaction.services, interaction.workspace
    if (current := await services.assessments.latest(workspace.id)) is None:
        raise OldButton
    campaign_id, digest_id = quiet_buttons.about(about)
    choice = (await services.digests.read(workspace, digest_id)).choice if digest_id else None
    now = services.clock.now()
    found = [
        (id_, one)
        for id_, one in problem_list.needing(current, now)
        if campaign_id in ("", id_) and _fits(id_, one, choice)
    ]
    if about == quiet_buttons.QUIETED:
        found = [one for one in found if quiet.has_quiet(*one, current, now)]
    return current, found


def _fits(campaign_id: str, one: Assessed, choice: CampaignFilter | None) -> bool:
    if choice is None:
        return True
    if choice.ids:
        return campaign_id in choice.ids
    return choice.has_status(one.status) and choice.has_words(one.name)


def _state(interaction: Interaction) -> ModalState:
    """Return what a window carries that this button opens. One in the window is about the same conversation.

    Raise OldButton for a button that is about nothing.
    """
    if not interaction.value:
        raise OldButton
    over, workspace = _over(interaction), interaction.workspace
    channel = over.channel if over else interaction.channel
    return ModalState(workspace.id, workspace.enterprise_id, channel, about=interaction.value)


def _over(interaction: Interaction) -> ModalState | None:
    """Return what the window carries in which the button was pressed; None: that is no window of known problems."""
    with suppress(OldButton):
        state = ModalState.read(interaction.metadata)
        return state if state.about else None
    return None


def _named(interaction: Interaction, name: str) -> Interaction:
    """Return a copy with a name for the log. On App Home, what cannot be shown in a window is shown there."""
    at_home = interaction.view.get("type") == "home"
    return (home_tab.at_home(interaction) if at_home else interaction).named(name)


def _labels(view: Payload, chosen: Sequence[str]) -> list[str]:
    """Return the labels of what was chosen, as the form showed them."""
    field = next((one for one in parts(view.get("blocks")) if one.get("block_id") == quiet_form.PROBLEMS), {})
    options = parts(part(field.get("element")).get("options"))
    return [text(part(one.get("text")).get("text")) for one in options if one.get("value") in chosen]
