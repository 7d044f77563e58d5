"""Find out what one person sees of digests in a list: how the last one of each went, and what they may do."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from blocks.digests.listed import Listed, which
from blocks.digests.timetable import summary
from bot.digests.digest import Digest
from bot.slack.context.digest_rights import of_person
from bot.slack.context.interaction import Interaction


async def seen_by(interaction: Interaction, digests: Sequence[Digest]) -> list[Listed]:
    """Return the digests as this person sees them. Raise StoreUnavailable.

    Slack and the database are asked once for all of them; without an answer of Slack there are no links.
    """
    named = interaction.services.digests.listed(interaction.workspace, digests)
    rights, found = await asyncio.gather(of_person(interaction, remembered=True), named)
    return [
        replace(
            one,
            may_manage=rights.may_manage(one.digest),
            may_pause=rights.may_pause,
            may_resume=rights.may_resume(one.digest),
            may_connect=rights.is_manager,
        )
        for one in found
    ]


def has_words(digest: Digest, wanted: str, names: Mapping[str, str]) -> bool:
    """Return whether all the words are in what a list says of the digest. `names` are of campaigns, by id."""
    said = f"{digest.name} {summary(digest.timetable)} {which(digest.choice, names)}".casefold()
    return all(word in said for word in wanted.casefold().split())
