"""Find out what is said of digests wherever they are named: how the last one went, and the names of campaigns."""

import asyncio
from collections.abc import Sequence

from blocks.digests.listed import Listed
from bot.delivery.slack_port import SlackPort
from bot.digests.digest import Delivery, Digest, is_person
from bot.store import delivery_reports, waiting
from bot.store.database import Database
from bot.workspaces.workspace import Workspace


class Naming:
    """Reads what lists and messages say of digests beside their names."""

    def __init__(self, db: Database, slack: SlackPort) -> None:
        self._db = db
        self._slack = slack

    async def of(self, workspace: Workspace, digests: Sequence[Digest]) -> list[Listed]:
        """Return the digests as anybody sees them. Raise StoreUnavailable.

        Slack and the database are asked once for all of them; without an answer of Slack there are no links.
        """
        ids = [one.id for one in digests]
        last, late = await asyncio.gather(delivery_reports.newest_of(self._db, ids), waiting.waiting(self._db, ids))
        links, names = await self._links(workspace, list(last.values())), known_names(workspace)
        return [
            Listed(
                one,
                last.get(one.id),
                is_read=True,
                waiting=late.get(one.id),
                link=links.get(one.id, ""),
                names={id_: names[id_] for id_ in one.choice.ids if id_ in names},
            )
            for one in digests
        ]

    async def _links(self, workspace: Workspace, deliveries: Sequence[Delivery]) -> dict[str, str]:
        """Return the links to what was sent to channels, by the digests' ids.

        Of a person's messages with the app only the person's id is kept, and Slack has no link with that.
        """
        sent = {
            one.digest_id: (one.channel_id, one.ts)
            for one in deliveries
            if one.state == "sent" and one.ts and not is_person(one.channel_id)
        }
        found = await self._slack.links(workspace, list(sent.values()))
        return {id_: found[place] for id_, place in sent.items() if place in found}


def known_names(workspace: Workspace) -> dict[str, str]:
    """Return the names of campaigns that are known without asking careCycle, by id."""
    current = workspace.resources.assessments.known(workspace.id)
    read = {id_: one.name for id_, one in current.assessment.campaigns.items()} if current else {}
    return {**read, **workspace.names_at_hand()}
