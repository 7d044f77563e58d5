"""The workflow step `look_up_campaign`: give a campaign's values to the next steps, or fail with a sentence."""

import asyncio
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
from bot.campaigns.ids import with_dashes
from bot.errors import Busy, CampaignNotFound, NotUnderstood
from bot.manifest import STEP
from bot.slack.context.assessed import newest
from bot.slack.context.interaction import Interaction
from bot.slack.context.services import Services
from bot.slack.reply.errors import SLACK_TROUBLE, Outcome, explain, slack_word
from bot.slack.reply.limited import limited
from bot.slack.reply.payload import Payload
from bot.slack.reply.workspace_tags import Address
from bot.workspaces.finding import Unclear, find, refuse_secret
from bot.workspaces.workspace import Workspace

Outputs = dict[str, Value]
_MEANT = 3  # names that a failure lists
_MOST_SAID = 3000  # characters of a failure
_ONE_LINK = re.compile(r"\s*<?(https?://[^\s<>|]+)(?:\|[^<>]*)?>?\s*", re.IGNORECASE)
# Slack's errors when the run has ended: another delivery or a person ended it, and its token with it.
_OVER = {"execution_not_in_running_state", "token_revoked"}
_WAITS = 120.0  # seconds in which a run may wait for Slack's limit; its token is valid for longer
_NOT_TAKEN = "The campaign was found, but Slack did not accept the result. Run the workflow again in a minute."


def register(app: AsyncApp) -> None:
    """Listen for runs of the step.

    Each run brings its own token. The middleware that reads it is added here, so that no other request pays for it.
    """
    app.function(STEP, middleware=[AsyncAttachingFunctionToken()], auto_acknowledge=False)(look_up)


async def look_up(ack: AsyncAck, interaction: Interaction, complete: AsyncComplete, fail: AsyncFail) -> None:
    """Look up the campaign in a separate task, because Slack waits only three seconds for the ack."""
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
    """Return whether a request is a run of a step."""
    return bool((body.get("event") or {}).get("type") == "function_executed")


def refuse(services: Services, client: AsyncWebClient, body: Payload, error: Exception) -> None:
    """Fail a run that could not start (no database, app uninstalled), with a sentence about `error`. Raise Busy."""
    services.tasks.start(_run_of(services, client, body).end(_raising(error)), spare=True)


def refuse_unknown(services: Services, client: AsyncWebClient, body: Payload, notice: Message) -> None:
    """Fail the run of a step that this version does not have, with a sentence. Raise Busy."""

    async def says() -> str:
        return _sentence(notice)

    services.tasks.start(_run_of(services, client, body).end(says), spare=True)


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

    async def end(self, work: Callable[[], Awaitable[Outputs | str]]) -> None:
        """Send Slack the outputs of `work`, or why it failed. Do nothing when Slack sent this run before."""
        async with self.services.seen_events.turn(self.body, self.address) as turn:
            if turn.is_mine:
                await self._end(work)

    async def _end(self, work: Callable[[], Awaitable[Outputs | str]]) -> None:
        with logs.reads() as reads:
            outcome: Outcome[Outputs | str] = await explain(work(), self.services.clock, _sentence)
            said = await self._tell(outcome)
        self.services.replies.log(self, said, reads, via="function")

    async def _tell(self, outcome: Outcome[Outputs | str]) -> str:
        """Send the outcome to Slack, and return its name for the log. Fail the run when Slack refuses the outputs.

        While Slack limits that, wait, two minutes at most: nobody else ends the run. Return `over` when it has ended
        already, and `lost` when Slack does not even take the failure.
        """
        try:
            if isinstance(outcome.shown, str):
                await self.fail(outcome.shown)
            else:
                await self.complete(outcome.shown)
        except SLACK_TROUBLE as error:
            if slack_word(error) in _OVER:
                return "over"
            if (limits := limited(error)) and self._may_wait(limits.retry_after):
                await asyncio.sleep(limits.retry_after)
                return await self._tell(outcome)
            return "lost" if isinstance(outcome.shown, str) else await self._tell(Outcome(_NOT_TAKEN, "not taken"))
        return outcome.name

    def _may_wait(self, seconds: float) -> bool:
        return time.perf_counter() + seconds - self.started < _WAITS


async def _outputs(text: str, workspace: Workspace, services: Services) -> Outputs:
    """Return the campaign's values. "Not in this account" is one of the values, not a failure."""
    try:
        reading = await workspace.campaign(await _one_id(text, workspace))
        return workflow_step.outputs(reading, await newest(services, workspace.id))
    except CampaignNotFound as error:
        return workflow_step.not_found(notices.plain_reason(error, services.clock.now()))


async def _one_id(text: str, workspace: Workspace) -> str:
    """Return the id of the one campaign that the step's input names. Raise NotUnderstood, NotConnected, CareCycleError.

    A link may also hold the id of an organization or a customer.
    """
    refuse_secret(text)
    ids = workspace.links.ids_in(with_dashes(text))
    if len(ids) > 1 and (link := _ONE_LINK.fullmatch(text)):
        ids = tuple(filter(None, (workspace.links.campaign_in(link[1]),)))
    if not ids:
        named = await find(workspace, " ".join(text.split()))
        if isinstance(named, Unclear):
            listing = named.listing
            raise NotUnderstood(meant=tuple(entry.name for entry in (listing.entries or listing.near)[:_MEANT]))
        ids = named.ids
    if len(ids) != 1:
        raise NotUnderstood("several")
    return ids[0]


def _run_of(services: Services, client: AsyncWebClient, body: Payload) -> Run:
    """Return a run that no listener gets, with its own token."""
    event = body["event"]
    client.token = event.get("bot_access_token") or client.token
    execution = event.get("function_execution_id")
    ending = AsyncComplete(client, execution), AsyncFail(client, execution)
    return Run(services, body, *ending, (body.get("team_id") or "", body.get("enterprise_id")))


def _raising(error: Exception) -> Callable[[], Awaitable[Outputs]]:
    async def work() -> Outputs:
        raise error

    return work


def _sentence(notice: Message) -> str:
    return words.bare(notice.text, _MOST_SAID)  # it may hold campaigns' names, and Slack escapes nothing
