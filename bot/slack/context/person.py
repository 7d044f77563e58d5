"""Say who did something in Slack, and stop who may not do it.

Whoever changes something is asked about anew, so that a right that was taken a moment ago is gone, and one that was
given counts. What is only shown may follow what is remembered: then a method is called with `remembered=True`.
"""

from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotAllowed, Outsider
from bot.records import ManagersOnly, Role
from bot.slack.context.people import Membership, manages, role_of, who_to_ask
from bot.slack.context.services import Services
from bot.slack.reply.time_limit import none_if_late
from bot.workspaces.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Person:
    """Who did something in a workspace. Slack is asked once for everything that one interaction needs to know."""

    services: Services
    client: AsyncWebClient = field(repr=False)
    workspace: Workspace
    id: str
    since: float  # when the interaction came, by `time.perf_counter`

    async def membership(self, *, remembered: bool = False) -> Membership | None:
        """Return who this person is to the workspace, or None when Slack does not say.

        `remembered`: what Slack said within the last five minutes suffices, and its answer may take longer.
        """
        if remembered:
            return await self.services.people.remembered(self.client, self.workspace, self.id)
        return await self.membership_of(self.id)

    async def membership_of(self, user_id: str) -> Membership | None:
        """Return who somebody else is to the workspace, as Slack says now, or None when it does not say."""
        return await self.services.people.membership(self.client, self.workspace, user_id, since=self.since)

    def known_role(self) -> Role | None:
        """Return what this person is in the workspace, or None when that is not remembered. Never ask Slack."""
        return role_of(who, self.workspace, self.id) if (who := self._known()) else None

    async def is_manager(self, *, remembered: bool = False) -> bool:
        """Return whether this person is an admin, an owner or a named manager; False when Slack does not say.

        `remembered` is as in `membership`. Raise StoreUnavailable.
        """
        who = await self.membership(remembered=remembered)
        return manages(who, self.workspace, self.id) if remembered else await self._manages_now(who)

    async def need_manager(self, to: ManagersOnly | None = None, *, remembered: bool = False) -> None:
        """Raise NotAllowed unless this person is a manager. It names people to ask; `unsure`: Slack does not say.

        `to` is what they want to do. `remembered` is as in `membership`, but nobody is refused without being asked
        about anew. Raise StoreUnavailable.
        """
        who = await self.membership(remembered=remembered)
        if remembered and manages(who, self.workspace, self.id):
            return
        who = who and await self.membership()  # nobody is asked again who has just not answered
        if who is None:
            raise NotAllowed(unsure=True)
        if not await self._manages_now(who):
            raise NotAllowed(who_to_ask(self.workspace, self.id), to=to)

    async def need_own_company(self, within: float | None = None, *, remembered: bool = False) -> Membership:
        """Return the membership. Raise Outsider if they are of another company.

        Slack has until `within` seconds after the interaction came. `remembered` is as in `need_manager`. When Slack
        does not say, raise NotAllowed (`unsure`: nothing was done), or Outsider for what is only shown (`unsure`:
        nothing was shown).
        """
        who = await none_if_late(self.membership(remembered=remembered), self.since, within)
        if who and not who.ours:  # perhaps by now
            who = await none_if_late(self.membership(), self.since, within)
        if who is None and not remembered:
            raise NotAllowed(unsure=True, who="members")
        if who is None or not who.ours:
            raise Outsider(unsure=who is None)
        return who

    async def need_full_member(self, *, remembered: bool = False) -> Membership:
        """Return the membership of a full member. Raise NotAllowed for guests, and as `need_own_company` does.

        `remembered` is as in `need_manager`.
        """
        who = await self.need_own_company(remembered=remembered)
        if not who.member:  # perhaps no longer
            who = await self.need_own_company()
        if not who.member:
            raise NotAllowed(who="members")
        return who

    def _known(self) -> Membership | None:
        return self.services.people.known(self.workspace, self.id)

    async def _manages_now(self, who: Membership | None) -> bool:
        """Return whether this membership makes the person a manager, also by what another replica has just saved."""
        if who is None or not who.member or who.admin:
            return manages(who, self.workspace, self.id)
        return self.id in await self.services.workspaces.managers_now(self.workspace.id)
