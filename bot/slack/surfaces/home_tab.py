"""Publish a person's App Home: at once with what is known, and again when the rest is there."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

import structlog

import blocks.workspace.home
from blocks.kit import Message
from blocks.workspace.home import Home
from bot import logs
from bot.errors import CareCycleError, StoreUnavailable
from bot.slack.context.interaction import Interaction
from bot.slack.context.people import who_to_ask
from bot.slack.reply.errors import SLACK_TROUBLE, Outcome, explain, slack_word
from bot.slack.surfaces.modal_state import ModalState
from bot.slack.surfaces.modals import AT_ONCE

Action = Callable[[], Awaitable[None]]
_log = structlog.get_logger("slack")


def show_soon(interaction: Interaction, name: str, action: Action | None = None) -> None:
    """Show the App Home in a task of its own, after `action`. An error of `action` appears on it."""
    showing = replace(interaction, name=name, started=time.perf_counter())
    showing.start(_show(showing, action), via="home")  # when the bot is busy, the App Home stays as it was


def show_changed(origin: ModalState, interaction: Interaction) -> None:
    """Show what a form has changed, if it was opened on the App Home."""
    if origin.at_home:
        show_soon(interaction, "home")


def at_home(interaction: Interaction) -> Interaction:
    """Return a copy whose private messages appear on the App Home, because there is no conversation for them."""
    return replace(interaction, send_private=partial(tell, interaction), response_url="", on_home=None)


async def tell(interaction: Interaction, message: Message) -> bool:
    """Show a message on the App Home, instead of in a conversation. Return whether that worked."""
    with interaction.for_reader():
        return await _publish(_Draft(interaction, message)) not in ("lost", "overtaken")


async def _show(interaction: Interaction, action: Action | None) -> None:
    with logs.reads() as reads, interaction.for_reader():
        done = await explain(action() if action else _nothing(), interaction.services.clock, _as_notice)
        outcome = await _publish(_Draft(interaction, done.shown))
    interaction.services.replies.log(interaction, outcome if done.ok else done.name, reads, via="home")


async def _publish(draft: "_Draft") -> str:
    """Publish a Home and return the outcome for the log. Only log a refusal by Slack: nowhere else can show it."""
    learning = asyncio.create_task(explain(draft.learn(), draft.interaction.services.clock, draft.with_notice))
    try:
        done, _ = await asyncio.wait({learning}, timeout=AT_ONCE)
        seen = None if done else await draft.publish(replace(draft.home, asking=True))
        outcome: Outcome[Home] = await learning
        await draft.publish(outcome.shown, over=seen)
    except SLACK_TROUBLE as error:
        word = slack_word(error)
        if word == "hash_conflict":  # the Home was published again in the meantime
            return "overtaken"
        _log.error("an App Home could not be published", workspace=draft.interaction.workspace.id, error=word)
        return "lost"
    else:
        return outcome.name
    finally:
        learning.cancel()


class _Draft:
    """A Home that is being loaded. `home` is what is known so far."""

    def __init__(self, interaction: Interaction, notice: Message | None) -> None:
        self.interaction = interaction
        services, workspace = interaction.services, interaction.workspace
        ask = who_to_ask(workspace, interaction.user)
        self.home = Home(
            services.clock.now(),
            services.help[interaction.known_role()],
            workspace.checked_connection,
            ask,
            notice=notice,
            current=services.assessments.known(workspace.id),
            command=services.command,
        )

    async def learn(self) -> Home:
        """Load everything, and return the complete Home."""
        await asyncio.gather(
            self._learn_membership(), self._learn_digests(), self._learn_needs(), self._learn_lookups()
        )
        if self.home.manager is False and blocks.workspace.home.needs_key(self.home):
            self.home = replace(self.home, remedy=await self.interaction.remedy())
        return self.home

    def with_notice(self, notice: Message) -> Home:
        """Return what is known so far, with a notice unless there is a message to show."""
        return replace(self.home, notice=self.home.notice or notice)

    async def publish(self, home: Home, *, over: str | None = None) -> str | None:
        """Publish a Home and return its hash. With the hash `over`, publish only if that one is still shown."""
        view = self.interaction.tagged_view(blocks.workspace.home.view(home))
        answer = await self.interaction.client.views_publish(user_id=self.interaction.user, view=view, hash=over)
        return (answer.get("view") or {}).get("hash")

    async def _learn_membership(self) -> None:
        interaction = self.interaction
        manager = await interaction.is_manager()
        self.home = replace(self.home, manager=manager, help=interaction.services.help[interaction.known_role()])

    async def _learn_digests(self) -> None:
        interaction = self.interaction
        with suppress(StoreUnavailable):  # the section of look-ups says so
            mine = await interaction.services.digests.of_person(interaction.workspace, interaction.user)
            self.home = replace(self.home, digests=mine)

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
        held = (self.interaction.workspace.held(one.campaign_id) for one in self.home.lookups or ())
        fresh = {reading.campaign.id: reading.campaign.name or "" for reading in held if reading}
        self.home = replace(self.home, names={**self.home.names, **names, **fresh})


async def _nothing() -> None:
    """Do nothing before the Home is shown."""


def _as_notice(notice: Message) -> Message | None:
    return notice
