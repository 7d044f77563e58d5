"""Who may do what with a digest. Anybody here may look, and pause one for a day in its channel.

Full members may make one; who looks after it (its owner and the backup) and managers may do everything with it.
"""

from bot.digests.digest import Digest
from bot.errors import DigestGone, NotAllowed, Outsider
from bot.slack.context.people import Membership
from bot.slack.context.place import Place


async def need_ours(place: Place) -> Membership:
    """Raises Outsider for somebody of another company, and where Slack does not say who somebody is."""
    who = await place.services.people.standing(place.client, place.workspace, place.user)
    if who is None or not who.ours:
        raise Outsider(unsure=who is None)
    return who


async def need_member(place: Place) -> Membership:
    """The same, and NotAllowed for guests."""
    who = await need_ours(place)
    if not who.member:
        raise NotAllowed(who="members")
    return who


async def need_keeper(place: Place, digest: Digest) -> None:
    """Raises NotAllowed for who neither looks after this digest nor is a manager, Outsider as above."""
    await need_ours(place)
    if not await keeps(place, digest):
        ask = [one for one in (digest.owner_id, digest.backup_id) if one and one != place.user]
        raise NotAllowed(tuple(ask), who="keepers")


async def keeps(place: Place, digest: Digest) -> bool:
    """Whether this person looks after it, as a full member of the workspace still, or is a manager."""
    who = await place.services.people.standing(place.client, place.workspace, place.user)
    if who is None or not who.member:
        return False
    if place.user in (digest.owner_id, digest.backup_id):
        return True
    return await place.services.people.is_manager(place.client, place.workspace, place.user)


async def seen(place: Place, digest_id: str) -> Digest:
    """The digest, for somebody who may look at it: in its own channel, or who may do everything with it anyway.

    Raises DigestGone, also where there is one that is not for this person; Outsider.
    """
    await need_ours(place)
    digest = await place.services.digests.read(place.workspace, digest_id)
    if digest.channel_id != place.channel and not await keeps(place, digest):
        raise DigestGone
    return digest
