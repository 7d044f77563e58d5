"""Post the details of each campaign in the thread of a delivery, when its digest asks for them."""

import structlog

from blocks import kit, words
from blocks.campaigns import campaign as campaign_card
from blocks.card_options import CardOptions
from blocks.kit import Message
from bot.campaigns.campaign import Reading
from bot.carecycle.rate_limit import Asker
from bot.delivery.slack_port import Later, SlackPort
from bot.digests.digest import Digest
from bot.digests.snapshot import Snapshot
from bot.errors import BotError
from bot.insight.assessment import Current
from bot.workspaces.workspace import Workspace

MOST = 20  # cards in a thread: each is a request to careCycle and a message
_log = structlog.get_logger("digests")


class ThreadDetails:
    """Posts campaign cards one after the other, since Slack takes about one message a second in a channel."""

    def __init__(self, slack: SlackPort) -> None:
        self._slack = slack

    async def add(self, workspace: Workspace, digest: Digest, ts: str, snapshot: Snapshot) -> bool:
        """Post the details in the thread of `ts`, and return whether all are there. The digest itself was sent."""
        try:
            options = await self._slack.card_options(workspace, digest)
            return await self._post(workspace, digest, ts, snapshot, options)
        except (BotError, Later) as error:
            _log.warning("a digest has no details", workspace=digest.workspace_id, error=type(error).__name__)
            return False

    async def _post(
        self, workspace: Workspace, digest: Digest, ts: str, snapshot: Snapshot, options: CardOptions
    ) -> bool:
        """Post up to MOST cards, then say how many campaigns have none. Stop when Slack does not take a card.

        Return whether Slack took everything. Raise Later when it limits the app.
        """
        ids = list(snapshot.campaigns)
        unread = 0
        for campaign_id in ids[:MOST]:
            try:
                reading = await workspace.campaign(campaign_id, asker=Asker.BACKGROUND)
            except BotError:
                unread += 1
                continue
            card = campaign_card.card(reading, options=options, current=_assessed(workspace, reading))
            if not await self._slack.in_thread(digest, ts, card):
                _log.warning("details of a digest could not be posted", workspace=digest.workspace_id)
                return False
        left = len(ids[MOST:]) + unread
        return not left or await self._slack.in_thread(digest, ts, _rest(left))


def _assessed(workspace: Workspace, reading: Reading) -> Current | None:
    """Return the account's last assessment, if it is in memory and not too old. The digest above has just used it."""
    current = workspace.resources.assessments.known(workspace.id)
    return None if current and current.assessment.is_stale(reading.as_of) else current


def _rest(left: int) -> Message:
    text = f"{words.amount(left, 'campaign')} more without details here."
    return Message(text, (kit.context(text),))
