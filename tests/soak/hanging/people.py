"""People who use the app all the time: commands, buttons, App Home, links, mentions, searches and forms."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from playground.slack import Slack, values
from playground.slack.response_urls import Use
from playground.slack.workspace import BOT_ID, Json, Message, Modal, SlackWorkspace
from tests.conftest import button
from tests.soak.hanging.outside import QUIET

TYPED = ("Quartz Zebra", "medicare", "+1 555 010 7788", "spring")  # words that may be in no line of the log
_WARM = 6  # campaigns that people ask for again and again
_MOST = 40  # messages that a workspace of the stand-in remembers
Deed = Callable[[], Awaitable[None]]


@dataclass
class Person:
    """One person. `asked` are their commands that are answered with a message."""

    slack: Slack
    workspace: SlackWorkspace
    id: str
    campaigns: Sequence[str]  # ids
    chance: random.Random
    asked: list[Use] = field(default_factory=list)
    saves: bool = True  # whether forms are submitted

    def deeds(self) -> Mapping[str, tuple[int, Deed]]:
        """Return what this person does, and how often compared with the rest."""
        return {
            "a card that is in memory": (6, lambda: self.ask(self.campaign(_WARM))),
            "a card": (2, lambda: self.ask(self.campaign())),
            "a search": (1, lambda: self.ask(self.chance.choice(TYPED))),
            "a list": (1, lambda: self.ask("list")),
            "problems": (1, lambda: self.ask("problems")),
            "Details": (2, lambda: self.press("Details")),
            "Refresh": (2, lambda: self.press("Refresh")),
            "App Home": (2, lambda: self.slack.open_home(self.workspace, user=self.id)),
            "a mention": (1, lambda: self.say(f"@careCycle {self.campaign(_WARM)}")),
            "a link": (1, lambda: self.say(f"https://app.carecycle.ai/campaigns/{self.campaign(_WARM)}")),
            "a form": (2, self.use_form),
        }

    def campaign(self, among: int | None = None) -> str:
        """Return the id of one of the first so many campaigns, or of any."""
        return self.chance.choice(self.campaigns[:among])

    @property
    def channel(self) -> str:
        """A channel where the bot is a member."""
        return next(one.id for one in self.workspace.channels.values() if one.bot_is_member and one.kind == "channel")

    async def ask(self, text: str) -> None:
        """Type the command, which is answered with a message."""
        commands = self.slack.response_urls.commands
        number = len(commands)
        typing = asyncio.ensure_future(self.slack.say(f"/campaign {text}", user=self.id, channel=self.channel))
        await asyncio.sleep(0)  # it has begun
        self.asked += [one for one in commands[number:] if one.user == self.id]
        await typing

    async def say(self, text: str) -> None:
        """Write a message into the channel."""
        await self.slack.say(text, user=self.id, channel=self.channel)

    async def press(self, label: str) -> None:
        """Press a button of this person's newest card, if there is one."""
        self.close_modals()
        for message in reversed(self.workspace.seen_by(self.id, self.channel)):
            if found := _find(message, label):
                await self.slack.press(message, found, user=self.id)
                return

    async def use_form(self) -> None:
        """Submit the settings form if it is open, or else open it. Only managers may."""
        if self.id != self.workspace.owner or not self.saves:
            return
        if modal := next((one for one in self.slack.modals_of(self.id) if _is_form(one)), None):
            await self.slack.submit(modal, values.initial(modal.view["blocks"]))
            return
        self.close_modals()
        await self.slack.say("/campaign settings", user=self.id, channel=self.channel)

    def close_modals(self) -> None:
        """Close what is open, but for forms."""
        modals = self.workspace.modals
        self.workspace.modals = [one for one in modals if one.user != self.id or _is_form(one)]

    async def act(self, until: asyncio.Event, pause: float) -> None:
        """Do one thing after the other, with so many seconds between them on average."""
        deeds = list(self.deeds().values())
        weights = [weight for weight, _ in deeds]
        while not until.is_set():
            await asyncio.sleep(self.chance.uniform(0, 2 * pause))  # without a limit: a pause
            ((_, deed),) = self.chance.choices(deeds, weights)
            await deed()
            _forget(self.workspace)


def people(slack: Slack, campaigns: Sequence[str], count: int, seed: int) -> list[Person]:
    """Return so many people, spread over all workspaces but the quiet one, owners first."""
    everybody = [
        [Person(slack, one, id_, campaigns, random.Random(f"{seed} {id_}")) for id_ in _in_order(one)]
        for one in slack.workspaces.values()
        if one.team_id != QUIET
    ]
    return [one for several in zip(*everybody, strict=False) for one in several][:count]


def _in_order(workspace: SlackWorkspace) -> list[str]:
    """The owner first, then those who are no guests."""
    others = [one.id for one in workspace.people.values() if one.role in ("admin", "member")]
    return [workspace.owner, *others]


def _find(message: Message, label: str) -> Json | None:
    if message.user != BOT_ID:
        return None
    with suppress(AssertionError):
        return button(message, label)
    return None


def _is_form(modal: Modal) -> bool:
    return any(block["type"] == "input" for block in modal.view["blocks"])


def _forget(workspace: SlackWorkspace) -> None:
    """Keep the newest messages, and those that digests sent."""
    old = workspace.messages[:-_MOST]
    workspace.messages[:-_MOST] = [one for one in old if one.metadata]
