"""Show the problems that digests do not tell again, and keep some of them quiet for a while."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import notices, words
from blocks.campaigns import problem_list, quiet, quiet_buttons, quiet_form
from blocks.campaigns.quiet import Found, Window
from blocks.kit import Block
from bot.digests.digest import CampaignFilter
from bot.errors import OldButton
from bot.insight.assessment import Assessed, Current
from bot.slack.context.installed import need_installation
from bot.slack.context.interaction import Interaction
from bot.slack.context.members import need_full_member
from bot.slack.reply.errors import SLACK_TROUBLE, explain, slack_word
from bot.slack.reply.payload import Payload
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.form_submission import WrongField, answer_form, need_no_secret, value
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import Modal, fill, open_modal


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
    state = replace(_state(work), window=str(work.view["id"]) if _over(work) else "")
    open_modal(work, Modal(quiet_form.TITLE, partial(_form, work, state), push=work.is_in_modal))


async def _form(interaction: Interaction, state: ModalState) -> Block:
    there = replace(interaction, channel=state.channel)
    await need_full_member(there)
    current, found = await _found(there, state.about)
    now, command = there.services.clock.now(), there.services.command
    offered = quiet_form.choices(current, found, now, await there.card_options())
    if not offered:
        return quiet_form.nothing()
    return quiet_form.form(offered, state.text(), now, current.assessment.zone, command)


async def save(ack: AsyncAck, interaction: Interaction) -> None:
    """Keep what was chosen quiet, or show at a field why not."""
    state = ModalState.read(interaction.view["private_metadata"])

    async def saved() -> Block:
        there = await state.switch_to_workspace(interaction)
        await need_full_member(there)
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
    await need_full_member(interaction)
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

    Raise NotAllowed, Outsider, OldButton.
    """
    await need_full_member(interaction)
    workspace, assessments = interaction.workspace, interaction.services.assessments
    assessments.forget(workspace.id)  # another replica may know better
    current = await assessments.latest(workspace.id)
    if current is None:
        raise OldButton
    held = current.on_it.get(interaction.value)
    if held is None:
        if await assessments.take(workspace.id, interaction.value, interaction.user) is None:
            raise OldButton
        await need_installation(workspace, interaction.services)
    elif held.by == interaction.user:
        await assessments.give_back(workspace.id, interaction.value)


async def _saved(there: Interaction) -> Block:
    """Raise WrongField, NotInstalled."""
    services, view = there.services, there.view
    chosen: Sequence[str] = value(view, quiet_form.PROBLEMS) or ()
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
    state = ModalState.read(interaction.view["private_metadata"])

    async def changed() -> Block:
        there = await state.switch_to_workspace(interaction)
        await change(there)
        return await _window(there, state)

    interaction.start_or_say(_fill(interaction, str(interaction.view["id"]), changed))


async def _show_changed(state: ModalState, there: Interaction) -> None:
    """Show what a form has changed where it was opened: in the window under it, or on App Home."""
    if state.window:
        await _fill(there, state.window, partial(_window, there, state))
    home_tab.show_changed(state, there)


async def _fill(interaction: Interaction, view_id: str, work: Callable[[], Awaitable[Block]]) -> None:
    services = interaction.services
    with interaction.for_reader():
        outcome = await explain(work(), services.clock, partial(notices.modal, quiet.TITLE))
    try:
        name = await fill(interaction, view_id, outcome)
    except SLACK_TROUBLE as error:
        name = slack_word(error)
    services.replies.log(interaction, name, [], via="modal")


async def _window(interaction: Interaction, state: ModalState) -> Block:
    there = replace(interaction, channel=state.channel or interaction.channel)
    options, who = await there.card_options(), await there.membership()
    current, found = await _found(there, state.about)
    may_set = who is not None and who.member
    now = there.services.clock.now()
    command = there.services.command
    return quiet.window(Window(current, found, state.about, now, there.user, may_set, options, command), state.text())


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
    """Return what a window carries that this button opens. One in the window is about the same conversation."""
    over, workspace = _over(interaction), interaction.workspace
    channel = over.channel if over else interaction.channel
    return ModalState(workspace.id, workspace.enterprise_id, channel, about=interaction.value or quiet_buttons.ACCOUNT)


def _over(interaction: Interaction) -> ModalState | None:
    """Return what the window carries in which the button was pressed; None: that is no window of known problems."""
    with suppress(OldButton):
        state = ModalState.read(interaction.view.get("private_metadata") or "")
        return state if state.about else None
    return None


def _named(interaction: Interaction, name: str) -> Interaction:
    """Return a copy with a name for the log. On App Home, what cannot be shown in a window is shown there."""
    at_home = interaction.view.get("type") == "home"
    return (home_tab.at_home(interaction) if at_home else interaction).named(name)


def _labels(view: Payload, chosen: Sequence[str]) -> list[str]:
    """Return the labels of what was chosen, as the form showed them."""
    field = next(one for one in view["blocks"] if one["block_id"] == quiet_form.PROBLEMS)
    return [one["text"]["text"] for one in field["element"]["options"] if one["value"] in chosen]
