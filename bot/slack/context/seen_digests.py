"""Find out what one person sees of digests in a list: what they may do, and how the last one of each went."""

import asyncio
from collections.abc import Mapping, Sequence

from blocks.digests.listed import Listed, which
from blocks.digests.timetable import summary
from bot.digests.digest import Delivery, Digest
from bot.slack.context.digest_rights import of_person
from bot.slack.context.interaction import Interaction


async def seen_by(interaction: Interaction, digests: Sequence[Digest]) -> list[Listed]:
    """Return the digests as this person sees them. Raise StoreUnavailable.

    Slack and the database are asked once for all of them; without an answer of Slack there are no links.
    """
    operations = interaction.services.digests
    last, waiting = await asyncio.gather(operations.last(digests), operations.waiting(digests))
    rights, links = await asyncio.gather(of_person(interaction), _links(interaction, list(last.values())))
    names = names_of(interaction)
    return [
        Listed(
            one,
            last.get(one.id),
            is_read=True,
            waiting=waiting.get(one.id),
            link=links.get(one.id, ""),
            names={id_: names[id_] for id_ in one.choice.ids if id_ in names},
            may_manage=rights.may_manage(one),
            may_pause=rights.may_pause,
            may_resume=rights.may_resume(one),
            may_connect=rights.is_manager,
        )
        for one in digests
    ]


def has_words(digest: Digest, wanted: str, names: Mapping[str, str]) -> bool:
    """Return whether all the words are in what a list says of the digest. `names` are of campaigns, by id."""
    said = f"{digest.name} {summary(digest.timetable)} {which(digest.choice, names)}".casefold()
    return all(word in said for word in wanted.casefold().split())


def names_of(interaction: Interaction) -> dict[str, str]:
    """Return the names of campaigns that are known without asking careCycle, by id."""
    current = interaction.services.assessments.known(interaction.workspace.id)
    read = {id_: one.name for id_, one in current.assessment.campaigns.items()} if current else {}
    return {**read, **interaction.workspace.names_at_hand()}


async def _links(interaction: Interaction, deliveries: Sequence[Delivery]) -> dict[str, str]:
    """Return the links to what was sent, by the digests' ids."""
    sent = {one.digest_id: (one.channel_id, one.ts) for one in deliveries if one.state == "sent" and one.ts}
    found = await interaction.services.permalinks.links(interaction.client, interaction.workspace.id, sent.values())
    return {id_: found[place] for id_, place in sent.items() if place in found}
