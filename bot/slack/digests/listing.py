"""Answer `/campaign digest` with the digests of the channel, or of the workspace, visible only to who asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from blocks import words
from blocks.digests import listing as digest_listing
from blocks.digests.list_page import FIRST, PER_PAGE, WORDS, ListPage
from blocks.digests.listing import Digests, Note
from blocks.kit import Message
from bot.campaigns.pasted_secrets import secret_in
from bot.delivery.naming import known_names
from bot.digests.digest import Digest
from bot.errors import NotUnderstood
from bot.slack.context.digest_rights import of_person
from bot.slack.context.interaction import Interaction
from bot.slack.context.seen_digests import has_words, seen_by
from bot.slack.context.typed_command import TypedCommand
from bot.slack.digests import channel_access

_EVERYWHERE = "all"


async def listed(typed: TypedCommand) -> Message:
    """Return the list for a typed command: after `all`, that of the workspace. Raise as `message` does."""
    first, _, searched = typed.rest.partition(" ")
    everywhere = first.lower() == _EVERYWHERE
    return await message(typed.interaction, page=ListPage(everywhere, searched.strip() if everywhere else ""))


def fits(rest: str) -> bool:
    """Return whether these words after `digest` are meant for it, and no campaign's name."""
    return rest.lower().split()[:1] == [_EVERYWHERE]


async def message(
    interaction: Interaction,
    *,
    note: Note | None = None,
    page: ListPage = FIRST,
) -> Message:
    """Return a page of the list as it is now. `note` says what a button did.

    Raise Outsider, StoreUnavailable; for the digests of the whole workspace also NotAllowed, and NotUnderstood when a
    key or a token is searched for.
    """
    await interaction.person.need_own_company(remembered=True)
    if pasted := secret_in(page.words):
        raise NotUnderstood(pasted=pasted)
    page = replace(page, words=words.one_line(page.words)[:WORDS].strip())  # a command is longer than a field may be
    if page.everywhere:
        await interaction.person.need_manager("digests", remembered=True)
        found, why = await interaction.services.digests.of_workspace(interaction.workspace), ""
    else:
        found, why = await asyncio.gather(_here(interaction), channel_access.why_not(interaction, interaction.channel))
    shown = replace(await _page(interaction, found, page), note=note, cannot_post=why, direct=why == "direct")
    return digest_listing.card(shown, interaction.services.clock.now())


async def _here(interaction: Interaction) -> list[Digest]:
    """Return the digests of the conversation; in direct messages, those this person alone gets."""
    return await interaction.services.digests.of_channel(interaction.workspace, _channel(interaction))


def _channel(interaction: Interaction) -> str:
    """Return where the digests of the conversation go."""
    return interaction.user if channel_access.is_direct(interaction.channel) else interaction.channel


async def _page(interaction: Interaction, found: Sequence[Digest], page: ListPage) -> Digests:
    rights, deleted = await asyncio.gather(
        of_person(interaction, remembered=True), interaction.services.digests.deleted(interaction.workspace)
    )
    names = known_names(interaction.workspace)
    fitting = [one for one in found if has_words(one, page.words, names)]
    start = min(page.start, max(len(fitting) - 1, 0) // PER_PAGE * PER_PAGE)  # the last page, when some are gone
    back = [one for one in deleted if rights.may_manage(one) and _is_in(interaction, one, page)]
    return Digests(
        await seen_by(interaction, fitting[start : start + PER_PAGE]),
        len(fitting),
        replace(page, start=start),
        deleted=sorted(back, key=lambda one: str(one.deleted_at), reverse=True),
        may_make=rights.is_member,
        may_see_all=rights.is_manager,
        command=interaction.services.command,
    )


def _is_in(interaction: Interaction, digest: Digest, page: ListPage) -> bool:
    """Return whether a deleted digest was in this list."""
    return page.everywhere or digest.channel_id == _channel(interaction)
