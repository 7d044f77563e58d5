"""The workflow step `look_up_campaign`: a campaign's values for the steps after it, or a failure in words."""

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.complete.async_complete import AsyncComplete
from slack_bolt.context.fail.async_fail import AsyncFail
from slack_bolt.middleware.attaching_function_token.async_attaching_function_token import AsyncAttachingFunctionToken
from slack_sdk.web.async_client import AsyncWebClient

from blocks import notices, words
from blocks.campaigns import workflow_step
from blocks.campaigns.workflow_step import Value
from blocks.kit import Message
from bot import logs
from bot.campaigns.ids import Links, has_nearly_an_id
from bot.errors import Busy, CampaignNotFound, NotUnderstood
from bot.manifest import STEP
from bot.slack.context.interaction import Interaction
from bot.slack.context.services import Services
from bot.slack.reply.errors import SLACK_TROUBLE, Outcome, explain, slack_word
from bot.slack.reply.payload import Payload
from bot.slack.reply.workspace_tags import Address
from bot.workspaces.workspace import Workspace

Outputs = dict[str, Value]
_ONE_LINK = re.compile(r"\s*<?(https?://[^\s<>|]+)(?:\|[^<>]*)?>?\s*", re.IGNORECASE)
# Slack: the run has ended, by another delivery of it or by a person; its token ends with it.
_OVER = {"execution_not_in_running_state", "token_revoked"}
_NOT_TAKEN = "The campaign was read, but Slack did not take what was found. Run the workflow again in a minute."


def register(app: AsyncApp) -> None:
    """Listen for runs of the step. Each brings a token of its own, which no other request pays for looking at."""
    app.function(STEP, middleware=[AsyncAttachingFunctionToken()], auto_acknowledge=False)(look_up)


async def look_up(ack: AsyncAck, interaction: Interaction, complete: AsyncComplete, fail: AsyncFail) -> None:
    """Read the campaign in a task of its own, and ack: Slack waits three seconds for that."""
    services = interaction.services
    run = Run(services, interaction.body, complete, fail, interaction.address)
    given = (interaction.event.get("inputs") or {}).get("campaign")

    async def read() -> Outputs:
        return await _outputs(given if isinstance(given, str) else "", interaction.workspace, services)

    try:
        services.tasks.start(run.end(read))
    except Busy as error:
        services.tasks.start(run.end(_raising(error)), spare=True)
    await ack()


def is_run(body: Payload) -> bool:
    """Whether a request is a run of a step."""
    return bool((body.get("event") or {}).get("type") == "function_executed")


def refuse(services: Services, client: AsyncWebClient, body: Payload, error: Exception) -> None:
    """End a run that could not be begun (no database, not installed any more) as `look_up` would. Raises Busy."""
    event = body["event"]
    client.token = event.get("bot_access_token") or client.token
    execution = event.get("function_execution_id")
    ending = AsyncComplete(client, execution), AsyncFail(client, execution)
    run = Run(services, body, *ending, (body.get("team_id") or "", body.get("enterprise_id")))
    services.tasks.start(run.end(_raising(error)), spare=True)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the step, and the two ways to end it."""

    services: Services
    body: Payload
    complete: AsyncComplete
    fail: AsyncFail
    address: Address  # of the workspace, for the log
    name: str = "step"
    started: float = field(default_factory=time.perf_counter)

    async def end(self, work: Callable[[], Awaitable[Outputs]]) -> None:
        """Give Slack what `work` gives, or why it failed; nothing when this run was told of before."""
        if not self.services.once.is_first(self.body):
            return
        with logs.reads() as reads:
            outcome: Outcome[Outputs | str] = await explain(work(), self.services.clock, _sentence)
            said = await self._tell(outcome)
        self.services.replies.log(self, said, reads, via="function")

    async def _tell(self, outcome: Outcome[Outputs | str]) -> str:
        """The log's word for it. What Slack does not take ends the run as failed, so that nobody waits for it."""
        try:
            if isinstance(outcome.shown, str):
                await self.fail(outcome.shown)
            else:
                await self.complete(outcome.shown)
        except SLACK_TROUBLE as error:
            if slack_word(error) in _OVER:
                return "over"
            return "lost" if isinstance(outcome.shown, str) else await self._tell(Outcome(_NOT_TAKEN, "not taken"))
        return outcome.name


async def _outputs(text: str, workspace: Workspace, services: Services) -> Outputs:
    """The campaign's values. That it is not in this account is one of them, and no failure."""
    try:
        return workflow_step.outputs(await workspace.campaign(_one_id(text, workspace.links)))
    except CampaignNotFound as error:
        return workflow_step.not_found(notices.plain_reason(error, services.clock.now()))


def _one_id(text: str, links: Links) -> str:
    ids = links.ids_in(text)
    if len(ids) > 1 and (link := _ONE_LINK.fullmatch(text)):  # it names an organization or a customer, too
        ids = tuple(filter(None, (links.campaign_in(link[1]),)))
    if len(ids) == 1:
        return ids[0]
    raise NotUnderstood(
        several=bool(ids),
        broken_id=has_nearly_an_id(text),
        other_link=links.has_other_link(text),
        bare_link=links.has_own_link(text),
    )


def _raising(error: Exception) -> Callable[[], Awaitable[Outputs]]:
    async def work() -> Outputs:
        raise error

    return work


def _sentence(notice: Message) -> Outputs | str:
    return words.plain(notice.text).replace("`", "")
