"""Work out the outlook that the digest form shows beside its fields.

It says when the digest goes out, how many campaigns match, whether the app can post in the channel, who else is there,
and what comes there already.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from blocks.digests import form_fields, form_notes
from blocks.digests.form_fields import Filled, Known
from blocks.digests.timetable import next_five
from bot.digests.digest import Digest
from bot.digests.timetable_json import to_json
from bot.errors import BotError, StoreUnavailable
from bot.slack.context.interaction import Interaction
from bot.slack.digests import channel_access, form_times, form_values
from bot.slack.surfaces.form_submission import WrongField

PATIENCE = 2.0  # seconds for careCycle while a person waits for the form to open


@dataclass(frozen=True, slots=True)
class Asked:
    """A form as filled in, and the digest it is of."""

    interaction: Interaction
    chosen: Filled
    digest: str  # its id
    owner: str  # who owns it, or will

    @property
    def channel(self) -> str:
        """Where the digest goes: a channel's id, or its owner's; empty while no channel is chosen."""
        return self.owner if self.chosen.place == "me" else self.chosen.channel or ""


def at_once(asked: Asked) -> Known:
    """Return the part of the outlook that needs no request: the next times, or what is wrong with them."""
    now, other = asked.interaction.services.clock.now(), asked.owner != asked.interaction.user
    try:
        times = form_times.timetable(asked.chosen, asked.interaction.services.digests.limits, now)
    except WrongField as error:
        return Known(wrong=f"{form_fields.LABELS[error.name]}: {error.says}", other=other)
    return Known(times=next_five(times, now), other=other)


async def learn(asked: Asked, patience: float = PATIENCE) -> Known:
    """Return the whole outlook. What cannot be found out is said in it, and never raised.

    `patience` is the seconds careCycle has to answer.
    """
    found, place, alike = await asyncio.gather(_matches(asked, patience), _place(asked), _alike(asked))
    known = replace(at_once(asked), matches=found.matches, none_match=found.none_match, of=found.of)
    return replace(known, cannot_post=place.cannot_post, may_join=place.may_join, there=(*place.there, *alike))


def fingerprint(asked: Asked) -> str:
    """Return a few characters for what the outlook depends on; none when a field is wrong."""
    chosen, digests = asked.chosen, asked.interaction.services.digests
    try:
        choice = form_values.choice(chosen, digests.limits)
        times = form_times.timetable(chosen, digests.limits, asked.interaction.services.clock.now())
    except WrongField:
        return ""
    return mark(repr((chosen.name.strip().casefold(), asked.channel, choice, to_json(times))))


def mark(text: str) -> str:
    """Return a few characters that stand for a text."""
    return sha256(text.encode()).hexdigest()[:8]


async def _matches(asked: Asked, patience: float) -> Known:
    interaction = asked.interaction
    digests, now = interaction.services.digests, interaction.services.clock.now()
    try:
        choice = form_values.choice(asked.chosen, digests.limits)
    except WrongField:
        return Known(matches="")  # nothing is chosen yet, or too many campaigns are
    try:
        async with asyncio.timeout(patience):
            plan = await digests.plan(interaction.workspace, choice)
    except TimeoutError:
        return Known(matches=form_notes.slow())
    except BotError as error:
        return Known(matches=form_notes.unasked(error, now))
    said = form_notes.matches(plan.campaigns, plan.left_out)
    return Known(matches=said, none_match=not plan.campaigns, of=fingerprint(asked))


async def _place(asked: Asked) -> Known:
    if not asked.channel:
        return Known()
    room = await channel_access.look(asked.interaction, asked.channel)
    there = (form_notes.shared(),) if room.shared and room.why != "not_shown" else ()
    if await channel_access.may_join(asked.interaction, room):
        return Known(cannot_post=form_notes.may_join(), may_join=True, there=there)
    return Known(cannot_post="" if room.why == "unsure" else form_notes.cannot_post(room.why), there=there)


async def _alike(asked: Asked) -> tuple[str, ...]:
    interaction = asked.interaction
    if not asked.channel:
        return ()
    try:
        there = await interaction.services.digests.of_channel(interaction.workspace, asked.channel)
    except StoreUnavailable:
        return ()  # saving says so
    return tuple(_said_of(asked, [one for one in there if one.id != asked.digest]))


def _said_of(asked: Asked, others: list[Digest]) -> Iterator[str]:
    """Say at most once that a digest of this name, and that one of this content, comes there already."""
    services, chosen = asked.interaction.services, asked.chosen
    limits, now = services.digests.limits, services.clock.now()
    named = next((one for one in others if one.name.casefold() == chosen.name.strip().casefold()), None)
    if named:
        yield form_notes.same_name(named, now)
    try:
        choice, times = form_values.choice(chosen, limits), form_times.timetable(chosen, limits, now)
    except WrongField:
        return
    same = [one for one in others if one is not named and (one.choice, one.timetable) == (choice, times)]
    if same:
        yield form_notes.same_content(same[0], now)
