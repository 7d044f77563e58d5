"""Work out the outlook that the digest form shows below its fields.

It says when the digest goes out, how many campaigns match, how many requests a delivery costs, and whether the app can
post in the channel.
"""

import asyncio
from dataclasses import replace

from blocks.digests import form as digest_form
from blocks.digests.form import Filled, Known
from blocks.digests.timetable import next_five
from bot.errors import BotError
from bot.slack.context.interaction import Interaction
from bot.slack.digests import channel_access, form_values
from bot.slack.surfaces.form_submission import WrongField

PATIENCE = 2.0  # seconds for careCycle while a person waits for the form to open


def at_once(interaction: Interaction, chosen: Filled) -> Known:
    """Return the part of the outlook that needs no request: the next times, or what is wrong with them."""
    now = interaction.services.clock.now()
    try:
        times = form_values.timetable(chosen, interaction.services.digests.limits, now)
    except WrongField as error:
        return Known(wrong=f"{digest_form.LABELS[error.name]}: {error.says}")
    return Known(times=next_five(times, now))


async def learn(interaction: Interaction, chosen: Filled, patience: float = PATIENCE) -> Known:
    """Return the whole outlook. What cannot be found out is said in it, and never raised.

    `patience` is the seconds careCycle has to answer.
    """
    matches, cannot_post = await asyncio.gather(
        _matches(interaction, chosen, patience), _posting_problem(interaction, chosen)
    )
    return replace(at_once(interaction, chosen), matches=matches, cannot_post=cannot_post)


async def _matches(interaction: Interaction, chosen: Filled, patience: float) -> str:
    digests, now = interaction.services.digests, interaction.services.clock.now()
    try:
        choice = form_values.choice(chosen, digests.limits)
    except WrongField:
        return ""  # nothing is chosen yet, or too many campaigns are
    try:
        async with asyncio.timeout(patience):
            plan = await digests.plan(interaction.workspace, choice)
    except TimeoutError:
        return digest_form.slow()
    except BotError as error:
        return digest_form.unasked(error, now)
    return digest_form.matches(plan.campaigns, plan.left_out, plan.requests)


async def _posting_problem(interaction: Interaction, chosen: Filled) -> str:
    if not chosen.channel:
        return ""
    why = await channel_access.why_not(interaction, chosen.channel)
    return "" if why == "unsure" else digest_form.cannot_post(why)
