"""Save a submitted digest form, after checking its fields."""

import asyncio
import time
from dataclasses import replace
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import words
from blocks.digests import form as digest_form
from blocks.digests import form_fields, form_notes
from blocks.digests.list_page import FIRST, ListPage
from blocks.digests.timetable import next_five
from blocks.kit import Block
from bot.digests.digest import CampaignFilter, Digest
from bot.errors import BotError, DigestChanged
from bot.slack.context.interaction import Interaction
from bot.slack.digests import channel_access, listing
from bot.slack.digests.draft import Draft, base
from bot.slack.digests.form_values import opened_in
from bot.slack.reply.message_bodies import REPLACE_UNLESS_ERROR
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.form_submission import ShowAgain, WrongField, answer_form, filled_in
from bot.slack.surfaces.modal_state import ModalState

_LOOK = 1.2  # seconds for careCycle to confirm that campaigns exist; Slack waits three for the form


def register(app: AsyncApp) -> None:
    """Listen for the submitted form."""
    app.view(digest_form.SAVE)(save)


async def save(ack: AsyncAck, interaction: Interaction) -> None:
    """Save the digest, or show the problem at its field.

    Other errors are shown at the first field, so that the form keeps what was filled in.
    """
    saving = (await opened_in(interaction)).named("digest save")
    draft, services = Draft(saving), saving.services

    async def saved() -> Block | ShowAgain:
        before = await base(saving, draft.about)
        made, again = await _looked_at(draft, before)
        if again:
            return ShowAgain(again)
        try:
            seen, new = draft.seen(before), before.created_at is None
            kept = await services.digests.save(made, saving.user, new=new, seen=seen)
        except DigestChanged as change:
            return ShowAgain(await draft.over(change))
        now = services.clock.now()
        times, about = next_five(kept.timetable, now), draft.about.text()
        return digest_form.saved(kept, times, now, about, reader=saving.user, new=new)

    async def then() -> None:
        _show_changed(draft.about.origin, saving)

    await answer_form(ack, saving, saved, title=digest_form.EDIT, field=form_fields.NAME, then=then)


async def _looked_at(draft: Draft, before: Digest) -> tuple[Digest, Block | None]:
    """Return the digest as filled in, and the form again if it has not shown a warning yet. Raise as `_checked`."""
    tasks = draft.interaction.services.tasks
    with tasks.beside(
        draft.unsaid(_LOOK)
    ) as looking:  # at the same time, since Slack waits three seconds for all of it
        return _without_failure_pause(await _checked(draft, before)), await looking


def _without_failure_pause(made: Digest) -> Digest:
    """Remove the pause of a digest that stopped because a delivery failed.

    Saving it may have fixed the cause. If not, the next failure stops it again and is reported.
    """
    stopped = made.pause is not None and made.pause.why == "failed"
    return replace(made, pause=None) if stopped else made


async def _checked(draft: Draft, before: Digest) -> Digest:
    """Return the digest as filled in, after checking it. Raise WrongField, always for a field that is shown."""
    try:
        made, interaction, tasks = await draft.digest(), draft.interaction, draft.interaction.services.tasks
        with (
            tasks.beside(_check_picks(interaction, before.choice, made.choice)) as picks,
            tasks.beside(_check_room(interaction, before, made.channel_id)) as room,
            tasks.beside(_check_backup(interaction, before, made.backup_id)) as backup,
        ):
            await asyncio.gather(picks, room, backup)
    except WrongField as error:
        there = filled_in(draft.interaction.view)
        shown = error.name if error.name in there else form_fields.KIND
        raise WrongField(shown, error.says) from error
    return made


async def _check_picks(interaction: Interaction, before: CampaignFilter, chosen: CampaignFilter) -> None:
    """Raise WrongField when careCycle does not know an added campaign. Accept it when careCycle cannot be asked."""
    new = tuple(one for one in chosen.ids if one not in before.ids)
    if any(interaction.workspace.links.ids_in(one) != (one,) for one in new):
        raise WrongField(form_fields.PICKS, "Pick campaigns from the list.")
    if not new:
        return
    try:
        async with asyncio.timeout(_LOOK):
            plan = await interaction.services.digests.plan(interaction.workspace, CampaignFilter(ids=new))
    except (TimeoutError, BotError):
        return
    if (lacking := len(new) - plan.campaigns) > 0:
        some = f"{words.amount(lacking, 'campaign')} of these {'is' if lacking == 1 else 'are'}"
        raise WrongField(form_fields.PICKS, f"{some} no longer in this careCycle account. Remove what is gone.")


async def _check_room(interaction: Interaction, before: Digest, channel: str) -> None:
    why = await channel_access.why_not(interaction, channel)
    known = before.created_at is not None and before.channel_id == channel
    if why and not (why == "unsure" and known):  # doubt is no reason to refuse a channel it already posts to
        raise WrongField(form_fields.CHANNEL, form_notes.cannot_post(why))


async def _check_backup(interaction: Interaction, before: Digest, backup: str | None) -> None:
    if backup is None or backup == before.backup_id:
        return
    who = await interaction.person.membership_of(backup)
    if who is None:
        raise WrongField(form_fields.BACKUP, "Slack did not say who that is. Try again in a moment.")
    if not who.member:
        raise WrongField(form_fields.BACKUP, "Guests, apps and people from another company cannot own a digest.")


def _show_changed(origin: ModalState, interaction: Interaction) -> None:
    """Update the list or the App Home from which the form was opened."""
    home_tab.show_changed(origin, interaction)
    if not origin.response_url:
        return
    listed = replace(interaction, name="digest list", response_url=origin.response_url, started=time.perf_counter())
    page = ListPage.read(origin.about)[1] if origin.about else FIRST
    work = partial(listing.message, interaction, page=page)
    listed.start(listed.services.replies.follow_up(listed, work, REPLACE_UNLESS_ERROR), via="response_url")
