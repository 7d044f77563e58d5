"""Share what one person sees with everybody in the conversation, or in its thread; and take it back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import short_list
from blocks.campaigns.sharing import TAKE_BACK
from blocks.kit import Message
from bot import logs
from bot.errors import NotAllowed, NotInstalled, NotPosted, OldButton, StoreUnavailable
from bot.replicas.once import Turn
from bot.slack.campaigns.cards import cards
from bot.slack.campaigns.threads import post
from bot.slack.context.installed import need_installation
from bot.slack.context.interaction import Interaction
from bot.slack.reply.errors import SLACK_TROUBLE, explain, slack_word
from bot.slack.reply.limited import limited
from bot.slack.reply.message_bodies import DELETE, IN_CHANNEL
from bot.slack.reply.time_limit import in_time

_log = structlog.get_logger("slack")


@dataclass(frozen=True, slots=True)
class Shared:
    """A message for everybody, and the campaigns in it, which the audit trail names."""

    message: Message
    ids: tuple[str, ...]


Public = Callable[[], Awaitable[Shared]]  # makes the message as everybody in the conversation may see it


def register(app: AsyncApp) -> None:
    """Listen for *Share* under several campaigns, *Share in thread*, and *Take back*."""
    app.action(short_list.SHARE)(share_several)
    app.action(short_list.SHARE_IN_THREAD)(share_several_in_thread)
    app.action(campaign_card.SHARE_IN_THREAD)(share_several_in_thread)
    app.action(TAKE_BACK)(take_back)


async def share(ack: AsyncAck, interaction: Interaction, public: Public) -> None:
    """Post the message for everybody, and delete the private one. A double click posts it once."""
    await ack()
    sharing = interaction.named("share")
    sharing.start_or_say(_on_first_click(sharing, lambda turn: _share(sharing, public, turn)))


async def share_in_thread(ack: AsyncAck, interaction: Interaction, public: Public) -> None:
    """Post the message in the thread that the button carries, as the app itself, and delete the private one.

    The private one stays when posting fails.
    """
    await ack()
    sharing = interaction.named("share in thread")
    sharing.start_or_say(_on_first_click(sharing, lambda turn: _share_in_thread(sharing, public, turn)))


async def _on_first_click(interaction: Interaction, work: Callable[[Turn], Awaitable[None]]) -> None:
    async with interaction.services.shares.turn(interaction.body, interaction.address) as turn:
        if turn.is_mine:
            await work(turn)


async def _share(interaction: Interaction, public: Public, turn: Turn) -> None:
    services, made = interaction.services, list[Shared]()

    async def message() -> Message:
        made.append(await public())
        return made[0].message

    async def then(sent: bool) -> None:
        if not sent:
            await turn.release()
            return
        await services.response_urls.send(interaction.response_url, {"delete_original": True})
        await interaction.note_shared(*made[0].ids)

    await services.replies.follow_up(interaction, message, IN_CHANNEL, then=then)


async def _share_in_thread(interaction: Interaction, public: Public, turn: Turn) -> None:
    posted: list[Message] = []

    async def in_thread() -> Message:
        if (thread := short_list.thread_in(interaction.value)) is None:
            raise OldButton
        async with in_time(interaction.started):
            made = await public()
        await post(interaction, made.message, thread)
        posted.append(made.message)
        await interaction.note_shared(*made.ids)
        return made.message

    async def then(_: bool) -> None:
        # What was posted stays claimed, even if deleting the private card failed: another click would post it twice.
        if not posted:
            await turn.release()

    await interaction.services.replies.follow_up(interaction, in_thread, DELETE, then=then, saves=True)


async def share_several(ack: AsyncAck, interaction: Interaction) -> None:
    """Post the campaigns whose ids the button carries, for everybody."""
    await share(ack, interaction, lambda: _named_by(interaction))


async def share_several_in_thread(ack: AsyncAck, interaction: Interaction) -> None:
    """Post the campaigns whose ids the button carries, in their thread."""
    await share_in_thread(ack, interaction, lambda: _named_by(interaction))


async def _named_by(interaction: Interaction) -> Shared:
    """Return the cards of the campaigns whose ids the button carries. Raise OldButton when it carries none."""
    ids = interaction.workspace.links.ids_in(interaction.value)
    if not ids:
        raise OldButton
    return Shared(await cards(interaction, ids, public=True), ids)


async def take_back(ack: AsyncAck, interaction: Interaction) -> None:
    """Delete a shared message for everybody, if who pressed shared it or is a manager. A double click counts once."""
    await ack()
    interaction = interaction.named("take back")
    interaction.start_or_say(_on_first_click(interaction, lambda turn: _take_back(interaction, turn)))


async def _take_back(interaction: Interaction, turn: Turn) -> None:
    replies = interaction.services.replies
    with logs.reads() as reads:
        outcome = await explain(_deleted(interaction), interaction.services.clock, _as_it_is)
    if outcome.shown is not None:
        await turn.release()
    sent = outcome.shown is None or await replies.tell(interaction, outcome.shown)
    replies.log(interaction, outcome.name if sent else "lost", reads, via="response_url")


async def _deleted(interaction: Interaction) -> Message | None:
    """Delete the message. Return None, since nothing is left to say. Raise NotAllowed, NotPosted, SlackLimited."""
    by = interaction.value
    if interaction.user != by:
        try:
            await interaction.person.need_manager()
        except NotAllowed as error:
            raise NotAllowed((by,), unsure=error.unsure, who="sharers") from error
    if not await interaction.services.response_urls.send(interaction.response_url, {"delete_original": True}):
        await _delete_as_the_app(interaction)
    await _note(interaction)
    return None


async def _delete_as_the_app(interaction: Interaction) -> None:
    """Delete it without the response_url, which works where the app is a member. Raise NotPosted, SlackLimited."""
    posted = str((interaction.body.get("container") or {}).get("message_ts"))
    try:
        await interaction.client.chat_delete(channel=interaction.channel, ts=posted)
    except SLACK_TROUBLE as error:
        if slack_word(error) != "message_not_found":  # else somebody deleted it a moment ago
            raise limited(error) or NotPosted("kept") from error


async def _note(interaction: Interaction) -> None:
    """Record who took back what was public here. Only log a failure: it is gone already."""
    try:
        await interaction.workspace.note(interaction.user, "took back", channel=interaction.channel)
        await need_installation(interaction.workspace, interaction.services)
    except (StoreUnavailable, NotInstalled):
        _log.error("the audit trail misses what was taken back", workspace=interaction.workspace.id)


def _as_it_is(notice: Message) -> Message | None:
    return notice
