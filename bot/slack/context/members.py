"""Check that a person is a full member of the workspace."""

from bot.errors import NotAllowed
from bot.slack.context.interaction import Interaction
from bot.slack.context.people import Membership


async def need_full_member(interaction: Interaction) -> Membership:
    """Return the membership of a full member. Raise NotAllowed for guests, and Outsider as `need_own_company` does."""
    who = await interaction.need_own_company()
    if not who.member:
        raise NotAllowed(who="members")
    return who
