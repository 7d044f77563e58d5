"""A message with links to careCycle, as Slack reports it: the links and where it is, but nothing of its text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bot.slack.context.interaction import Interaction
from bot.slack.context.preview_memory import Spot
from bot.slack.previews.rules import COMPOSER
from bot.slack.reply.payload import Payload, parts


@dataclass(frozen=True, slots=True)
class SharedLinks:
    """The links to campaigns in one message, and where the message is."""

    interaction: Interaction
    links: Mapping[str, str]  # the first link to each campaign, by campaign id
    message: str  # its `ts`
    target: Payload  # names the message for `chat.unfurl`
    outside: bool  # people of another company are there
    is_refresh: bool  # a person wants newer numbers in a preview that is already there

    @classmethod
    def read(cls, interaction: Interaction) -> Self:
        """Read the links from the event and its envelope."""
        body, event = interaction.body, interaction.event
        links: dict[str, str] = {}
        for link in parts(event.get("links")):
            url = str(link.get("url") or "")
            if campaign_id := interaction.workspace.links.campaign_in(url):
                links.setdefault(campaign_id, url)
        outside, is_refresh = bool(body.get("is_ext_shared_channel")), bool(event.get("is_unfurl_refresh"))
        return cls(
            interaction, links, str(event.get("message_ts") or ""), _target(event, interaction), outside, is_refresh
        )

    @property
    def is_draft(self) -> bool:
        """Whether the message is still being written, so that its channel is not known."""
        return self.interaction.channel == COMPOSER

    @property
    def is_new(self) -> bool:
        """Whether this adds a preview to the channel, which a draft or newer numbers do not."""
        return not self.is_draft and not self.is_refresh

    def spot(self, campaign_id: str) -> Spot:
        """Return where a campaign's preview would be: its workspace, channel and campaign."""
        return Spot(self.interaction.workspace.address, self.interaction.channel, campaign_id)


def _target(event: Payload, interaction: Interaction) -> Payload:
    named = {name: event.get(name) for name in ("unfurl_id", "source")}
    if not all(named.values()):  # in an organization Slack gives neither
        named = {"channel": interaction.channel, "ts": event.get("message_ts")}
    return {name: str(value or "") for name, value in named.items()}
