"""An open digest form: its digest, what is filled in, and showing it again without losing input."""

import asyncio
from dataclasses import replace
from datetime import datetime

from blocks import words
from blocks.digests import form as digest_form
from blocks.digests import form_fields, form_notes
from blocks.digests.form_fields import Filled, Known
from blocks.kit import Block
from bot.campaigns.listing import STATUSES
from bot.digests.digest import Digest
from bot.digests.timetable import Timetable
from bot.errors import DigestChanged, DigestGone
from bot.slack.context.interaction import Interaction
from bot.slack.digests import form_outlook, form_values, permissions
from bot.slack.digests.form_outlook import Asked
from bot.slack.digests.form_values import Editing
from bot.slack.digests.hidden_fields import hidden, with_hidden
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.surfaces.form_submission import WrongField, filled_in
from bot.slack.surfaces.modal_state import fits

_AT_ONCE = 0.3  # seconds; then the form shows what is known so far
_PATIENCE = 10.0  # seconds for careCycle; the form can be filled in all the while
# Slack's errors when the person has changed or closed the form since, and what the log calls that.
_GONE = {"hash_conflict": "overtaken", "not_found": "closed"}


class Draft:
    """An open digest form. Showing it again keeps what was typed since, because the fields keep their names."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction
        self.about = Editing.read(interaction.metadata)
        shown = filled_in(interaction.view)
        # As filled in when Slack sent the payload.
        self.chosen: Filled = with_hidden(form_values.read(interaction.view), self.about.hidden, shown)
        self._view_id = interaction.view_id

    async def renew(self, note: str = "", patience: float = _PATIENCE) -> str:
        """Show the form with the outlook of what is filled in, and return the outcome for the log.

        The first update replaces whatever is shown, since it follows the person's last action. The second one, with
        careCycle's answer, replaces only the first. `patience` is the seconds careCycle has to answer.
        """
        asked = asked_of(self.interaction, self.chosen, self.about)
        try:
            with self.interaction.services.tasks.beside(form_outlook.learn(asked, patience)) as learning:
                done, _ = await asyncio.wait({learning}, timeout=_AT_ONCE)
                seen = None if done else await self._put(replace(form_outlook.at_once(asked), note=note))
                await self._put(replace(await learning, note=note), over=seen)
        except SLACK_TROUBLE as error:
            return _GONE.get(slack_word(error), "lost")
        return "answered"

    async def digest(self) -> Digest:
        """Return the digest as filled in. Raise WrongField, and what `base` raises."""
        services = self.interaction.services
        return form_values.changed(
            await base(self.interaction, self.about), self.chosen, services.digests.limits, services.clock.now()
        )

    def wrong(self) -> str:
        """Return which field is wrong and why, or nothing (mrkdwn). It needs no request."""
        limits, now = self.interaction.services.digests.limits, self.interaction.services.clock.now()
        try:
            form_values.changed(_begun(self.interaction, self.about.digest), self.chosen, limits, now)
        except WrongField as error:
            return f"⚠️ *{form_fields.LABELS[error.name]}:* {words.escape(error.says)}"
        return ""

    def seen(self, kept: Digest) -> datetime | None:
        """Return the digest's `changed_at` when this person last saw it, or None when that is not known.

        For a new digest that was saved already, return its `created_at`.
        """
        return self.about.opened or (kept.created_at if self.about.new else None)

    async def unsaid(self, patience: float) -> Block | None:
        """Return the form again if it has not shown a warning yet about what is filled in, else None.

        Nothing is asked when it was shown for the same choices. `patience` is as in `renew`.
        """
        asked = asked_of(self.interaction, self.chosen, self.about)
        if self.about.looked and self.about.looked == form_outlook.fingerprint(asked):
            return None
        known = await form_outlook.learn(asked, patience)
        if set(_marks(known)) <= set(self.about.told):
            return None
        submit = "Save" if self.about.over is None else form_notes.REPLACE
        return view_of(self.interaction, self.chosen, replace(known, note=form_notes.unsaid(submit)), self.about)

    async def over(self, change: DigestChanged) -> Block:
        """Return the form as filled in, with a note that saving it replaces this change, and whose change that is."""
        self.about = replace(self.about, opened=change.at, over=change.by or "")
        asked = asked_of(self.interaction, self.chosen, self.about)
        try:
            async with asyncio.timeout(_AT_ONCE):
                known = await form_outlook.learn(asked)
        except TimeoutError:
            known = replace(form_outlook.at_once(asked), matches="")  # nothing updates it later
        return view_of(self.interaction, self.chosen, known, self.about)

    async def _put(self, known: Known, over: str | None = None) -> str | None:
        """Show the form, and return its `hash`. With `over`, replace only the view with that hash."""
        view = view_of(self.interaction, self.chosen, known, self.about)
        answer = await self.interaction.client.views_update(
            view_id=self._view_id, view=self.interaction.tagged_view(view), hash=over
        )
        return (answer.get("view") or {}).get("hash")


def asked_of(interaction: Interaction, chosen: Filled, about: Editing) -> Asked:
    """Return what the outlook of this form is asked of."""
    return Asked(interaction, chosen, about.digest, about.owner or interaction.user)


def view_of(interaction: Interaction, chosen: Filled, known: Known, about: Editing) -> Block:
    """Return the form as a view."""
    over, now = "", interaction.services.clock.now()
    if about.over is not None and about.opened:
        over = form_notes.over(about.over, about.opened, interaction.user, now)
    carried = metadata(replace(about, looked=known.of, told=_marks(known)), chosen)
    return digest_form.form(chosen, replace(known, over=over), carried, STATUSES, new=about.new)


def metadata(about: Editing, chosen: Filled) -> str:
    """Return what the form carries. Campaigns that no field shows are left out when Slack has no room for them."""
    kept = hidden(chosen)
    whole = replace(about, hidden=kept).text()
    return whole if fits(whole) else replace(about, hidden=replace(kept, picked={})).text()


def _marks(known: Known) -> tuple[str, ...]:
    return tuple(map(form_outlook.mark, known.warnings))


async def base(interaction: Interaction, about: Editing, *, remembered: bool = False) -> Digest:
    """Return the saved digest, or a new one, if this person may change it.

    `remembered` is as in `permissions.need_digest_manager`. Raise NotAllowed, Outsider, DigestGone, StoreUnavailable.
    """
    if not about.new:
        digest = await permissions.read_if_visible(interaction, about.digest, remembered=remembered)
        await permissions.need_digest_manager(interaction, digest, remembered=remembered)
        return digest
    await interaction.person.need_full_member(remembered=remembered)
    try:
        digest = await interaction.services.digests.read(interaction.workspace, about.digest)
    except DigestGone:
        return _begun(interaction, about.digest)
    # It was saved before, but the answer came too late for Slack.
    await permissions.need_digest_manager(interaction, digest, remembered=remembered)
    return digest


def _begun(interaction: Interaction, id_: str) -> Digest:
    workspace = interaction.workspace
    return Digest(
        id=id_,
        workspace_id=workspace.id,
        name=form_values.MORNING,
        channel_id=interaction.channel,
        owner_id=interaction.user,
        timetable=Timetable("UTC"),
        enterprise_id=workspace.enterprise_id,
    )
