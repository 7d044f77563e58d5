"""An App Home that is being loaded: what is in memory at once, then everything."""

import asyncio
from contextlib import suppress
from dataclasses import replace

from blocks.kit import Message
from blocks.workspace import connection, home
from blocks.workspace.home_state import DIGESTS, Home
from bot.errors import CareCycleError, StoreUnavailable
from bot.slack.context.home_memory import Remembered
from bot.slack.context.interaction import Interaction
from bot.slack.context.people import who_to_ask
from bot.slack.context.seen_digests import seen_by
from bot.slack.reply.payload import Payload
from bot.workspaces.lookups import newest


class Draft:
    """An App Home that is being loaded. `home` is what is known so far."""

    def __init__(self, interaction: Interaction, notice: Message | None) -> None:
        self.interaction = interaction
        services, workspace = interaction.services, interaction.workspace
        role = interaction.known_role()
        self.home = Home(
            services.clock.now(),
            services.help[role],
            workspace.checked_connection,
            interaction.user,
            role,
            who_to_ask(workspace, interaction.user),
            notice=notice,
            current=services.assessments.known(workspace.id),
            command=services.command,
        )

    def remember(self) -> bool:
        """Fill in what is in memory. Return False when that is not enough to be shown. Send no query."""
        services, workspace, user = self.interaction.services, self.interaction.workspace, self.interaction.user
        found = services.homes.known(workspace.account, user)
        if found is None or self.home.role is None or self.home.role != found.role:
            return False
        known = newest([*found.lookups, *services.lookups.unwritten(workspace.id, user)])
        self.home = replace(self.home, digests=found.digests, more_digests=found.more_digests)
        self.home = replace(self.home, lookups=known, names=found.names)
        self._name_held()
        return True

    async def learn(self) -> Home:
        """Load everything, and return the complete Home."""
        self.home = replace(self.home, lookups=None, names={}, digests=(), more_digests=0)
        await asyncio.gather(self._learn_person(), self._learn_needs(), self._learn_lookups())
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
        manages = await interaction.is_manager()
        role = interaction.known_role()
        self.home = replace(self.home, role=role, help=interaction.services.help[role])
        with suppress(StoreUnavailable):  # the section of look-ups says so
            digests, workspace = interaction.services.digests, interaction.workspace
            asked = digests.of_workspace(workspace) if manages else digests.of_person(workspace, interaction.user)
            found = sorted(await asked, key=lambda one: interaction.user not in (one.owner_id, one.backup_id))
            shown = await seen_by(interaction, found[:DIGESTS])
            self.home = replace(self.home, digests=shown, more_digests=max(len(found) - DIGESTS, 0))

    async def _learn_needs(self) -> None:
        services, workspace = self.interaction.services, self.interaction.workspace
        with suppress(StoreUnavailable):  # as above
            current = await services.assessments.latest(workspace.id)
            self.home = replace(self.home, current=current)

    async def _learn_lookups(self) -> None:
        await self._read_lookups()
        self._name(self.interaction.workspace.names_at_hand())
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
        if not found.unread:
            kept = Remembered(found.digests, found.more_digests, tuple(found.lookups or ()), found.names, found.role)
            interaction.services.homes.keep(interaction.workspace.account, interaction.user, kept)
