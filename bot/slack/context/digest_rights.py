"""Say what a person may do with digests."""

from dataclasses import dataclass

from bot.digests.digest import Digest
from bot.slack.context.interaction import Interaction


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do with digests: nothing but look, when Slack does not say who they are."""

    user: str = ""
    is_member: bool = False  # a full member
    is_manager: bool = False  # of the workspace

    @property
    def may_pause(self) -> bool:
        """Whether they may pause for a day a digest that they see."""
        return self.is_member

    def may_manage(self, digest: Digest) -> bool:
        """Whether they may do everything with a digest."""
        return self.is_member and (self.is_manager or self.user in (digest.owner_id, digest.backup_id))

    def may_resume(self, digest: Digest) -> bool:
        """Whether they may resume a digest that is paused: who paused it may always."""
        pause = digest.pause
        paused_it = pause is not None and pause.why == "person" and pause.by == self.user
        return paused_it or self.may_manage(digest)


async def of_person(interaction: Interaction, *, remembered: bool = False) -> Rights:
    """Return what this person may do with digests. Slack and the database are asked anew. Raise StoreUnavailable.

    `remembered`: what Slack said within five minutes suffices, for something that is only shown.
    """
    who = await interaction.person.membership(remembered=remembered)
    if who is None or not who.member:
        return Rights(interaction.user)
    is_manager = await interaction.person.is_manager(remembered=remembered)
    return Rights(interaction.user, is_member=True, is_manager=is_manager)
