"""An App Home that is being loaded: what is in memory at once, then everything."""

import asyncio
from contextlib import suppress
from dataclasses import replace

from blocks.digests.list_page import FIRST, ListPage
from blocks.digests.listed import has_stopped
from blocks.kit import Message
from blocks.workspace import connection, home
from blocks.workspace.home_state import DIGESTS, Home
from bot.delivery.naming import known_names
from bot.digests.digest import Digest
from bot.errors import CareCycleError, OldButton, StoreUnavailable
from bot.slack.context.home_memory import Remembered
from bot.slack.context.interaction import Interaction
from bot.slack.context.people import who_to_ask
from bot.slack.context.seen_digests import has_words, seen_by
from bot.slack.reply.payload import Payload
from bot.workspaces.lookups import newest


class Draft:
    """An App Home that is being loaded. `home` is what is known so far; `page` is that of its digests."""

    def __init__(self, interaction: Interaction, notice: Message | None, page: ListPage | None = None) -> None:
        self.interaction = interaction
        services, workspace = interaction.services, interaction.workspace
        role = interaction.person.known_role()
        self.home = Home(
            services.clock.now(),
            services.help[role],
            workspace.checked_connection,
            interaction.user,
            role,
            who_to_ask(workspace, interaction.user),
            notice=notice,
            page=page or _page_of(interaction),
            current=services.assessments.known(workspace.id),
            left_out_at=workspace.profile.left_out_at,
            command=services.command,
        )

    def remember(self) -> bool:
        """Fill in what is in memory. Return False when that is not enough to be shown. Send no query."""
        services, workspace, user = self.interaction.services, self.interaction.workspace, self.interaction.user
        found = services.homes.known(workspace.account, user)
        if found is None or self.home.role is None or self.home.role != found.role or self.home.page != FIRST:
            return False
        known = newest([*found.lookups, *services.lookups.unwritten(workspace.id, user)])
        self.home = replace(self.home, digests=found.digests, digest_count=found.digest_count, stopped=found.stopped)
        self.home = replace(self.home, lookups=known, names=found.names, readings=found.readings)
        self._name_held()
        return True

    async def learn(self) -> Home:
        """Load everything, and return the complete Home."""
        self.home = replace(self.home, lookups=None, names={}, digests=(), digest_count=None, stopped=0, readings=None)
        beside = self.interaction.services.tasks.beside
        with (
            beside(self._learn_person()) as person,
            beside(self._learn_needs()) as needs,
            beside(self._learn_lookups()) as lookups,
        ):
            await asyncio.gather(person, needs, lookups)
        if self.home.role not in (None, "manager") and connection.needs_key(self.home):
            self.home = replace(self.home, remedy=await self.interaction.remedy())
        self._keep()
        return self.home

    def with_notice(self, notice: Message) -> Home:
        """Return what is known so far, with a notice unless there is a message to show."""
        return replace(self.home, notice=self.home.notice or notice)

    def view(self, found: Home) -> Payload:
        """Return the view of a Home, ready to be sent."""
        return self.interaction.tagged_view(home.view(found))

    async def publish(self, view: Payload, *, over: str | None = None) -> str | None:
        """Publish a Home and return its hash. With the hash `over`, publish only if that one is still shown."""
        answer = await self.interaction.client.views_publish(user_id=self.interaction.user, view=view, hash=over)
        return (answer.get("view") or {}).get("hash")

    async def _learn_person(self) -> None:
        """Learn who this person is, and then their digests: a manager's are all of the workspace."""
        interaction = self.interaction
        manages = await interaction.person.is_manager(remembered=True)
        role = interaction.person.known_role()
        self.home = replace(self.home, role=role, help=interaction.services.help[role])
        with suppress(StoreUnavailable):  # the section of look-ups says so
            digests, workspace = interaction.services.digests, interaction.workspace
            asked = digests.of_workspace(workspace) if manages else digests.of_person(workspace, interaction.user)
            wanted, names = self.home.page.words, known_names(interaction.workspace)
            found = sorted((one for one in await asked if has_words(one, wanted, names)), key=self._rank)
            start = min(self.home.page.start, max(len(found) - 1, 0) // DIGESTS * DIGESTS)  # when some are gone
            shown = await seen_by(interaction, found[start : start + DIGESTS])
            page = replace(self.home.page, start=start)
            stopped = sum(has_stopped(one, self.home.now) for one in found)
            self.home = replace(self.home, digests=shown, digest_count=len(found), page=page, stopped=stopped)

    def _rank(self, digest: Digest) -> tuple[bool, bool]:
        """Return where a digest stands: what stopped by itself is first, then what this person looks after."""
        return not has_stopped(digest, self.home.now), self.interaction.user not in (digest.owner_id, digest.backup_id)

    async def _learn_needs(self) -> None:
        services, workspace = self.interaction.services, self.interaction.workspace
        with suppress(StoreUnavailable):  # as above
            current = await services.assessments.latest(workspace.id)
            regular = services.readings.are_regular(workspace)
            self.home = replace(self.home, current=current, readings="regular" if regular else "off")

    async def _learn_lookups(self) -> None:
        await self._read_lookups()
        self._name(known_names(self.interaction.workspace))
        if not self.home.nameless or self.interaction.workspace.connection is None:
            return
        try:
            listing = await self.interaction.workspace.recent_campaigns()
        except CareCycleError as error:
            self.home = replace(self.home, problem=error)
        else:
            self.home = replace(self.home, problem=listing.problem)
            self._name({entry.id: entry.name for entry in listing.entries})
        await self._read_lookups()  # the person may have cleared them in the meantime

    async def _read_lookups(self) -> None:
        lookups, mine = self.interaction.services.lookups, (self.interaction.workspace.id, self.interaction.user)
        try:
            found, unread = await lookups.of(*mine), False
        except StoreUnavailable:
            found, unread = lookups.unwritten(*mine), True
        self.home = replace(self.home, lookups=found, unread=unread)

    def _name(self, names: dict[str, str]) -> None:
        wanted = {one.campaign_id for one in self.home.lookups or ()}
        known = {id_: name for id_, name in names.items() if id_ in wanted}
        self.home = replace(self.home, names={**self.home.names, **known})
        self._name_held()

    def _name_held(self) -> None:
        held = (self.interaction.workspace.held(one.campaign_id) for one in self.home.lookups or ())
        fresh = {reading.campaign.id: reading.campaign.name or "" for reading in held if reading}
        self.home = replace(self.home, names={**self.home.names, **fresh})

    def _keep(self) -> None:
        found, interaction = self.home, self.interaction
        if not found.unread and found.page == FIRST:
            shown = tuple(found.lookups or ())
            kept = Remembered(
                found.digests, found.digest_count, found.stopped, shown, found.names, found.role, found.readings
            )
            interaction.services.homes.keep(interaction.workspace.account, interaction.user, kept)


def _page_of(interaction: Interaction) -> ListPage:
    """Return the page of digests on the App Home whose button was pressed; elsewhere the first."""
    with suppress(OldButton):
        if interaction.view.get("type") == "home" and (text := str(interaction.view.get("private_metadata") or "")):
            return ListPage.read(text)[1]
    return FIRST
