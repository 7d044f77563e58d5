"""Carry a modal's workspace and purpose from where it was opened to where it is submitted."""

from dataclasses import asdict, dataclass, field, replace

from pydantic import TypeAdapter
from pydantic_core import to_json

from bot.errors import OldButton
from bot.slack.context.interaction import Interaction
from bot.slack.context.web_client import use_token
from bot.slack.reply.workspace_tags import Address

_METADATA = 3000  # Slack: characters in a view's private_metadata, as JavaScript counts them


def fits(metadata: str) -> bool:
    """Return whether Slack takes this as a view's `private_metadata`."""
    return len(metadata.encode("utf-16-le", "surrogatepass")) // 2 <= _METADATA


@dataclass(frozen=True, slots=True)
class ModalState:
    """What a modal carries in its `private_metadata`."""

    workspace: str  # its own id: in an organization, Slack's payload of a modal may name another workspace
    enterprise: str | None = None  # the organization's id
    channel: str = ""  # where it was opened; empty on the App Home
    ids: tuple[str, ...] = ()  # of the campaigns it is about, for example those to show after connecting
    response_url: str = field(default="", repr=False)  # of the message it was opened from, if that is to be replaced
    thread: str | None = None  # where the answer can be shared; None: nowhere
    about: str = ""  # what it shows, as the button says that opened it
    window: str = ""  # the id of the window under it, which then shows what changed
    confirmed: str = ""  # the last four characters of a key that was said to open another account

    @property
    def address(self) -> Address:
        """The ids of the workspace and of its organization."""
        return self.workspace, self.enterprise

    @property
    def at_home(self) -> bool:
        """Whether it was opened on the App Home, which then shows what changed. Elsewhere there is a channel."""
        return not self.channel

    def text(self) -> str:
        """Return the text for a view's `private_metadata` (Slack: at most 3,000 characters)."""
        return to_json(asdict(self)).decode()

    @staticmethod
    def read(text: str) -> "ModalState":
        """Read what `text` returned. Raise OldButton for any other text."""
        try:
            return _ORIGIN.validate_json(text, strict=True)
        except ValueError as error:
            raise OldButton from error

    async def switch_to_workspace(self, interaction: Interaction, arrived: float | None = None) -> Interaction:
        """Return the interaction in the workspace where the modal was opened, as that workspace is now.

        Slack's payload may name another workspace of the same organization; then the client is switched, too. The
        caller must still check the person's rights there. `arrived` is given before an ack, as in `StaleCache.of`.
        Raise OldButton, NotInstalled, StoreUnavailable.
        """
        services, workspace = interaction.services, interaction.workspace
        if self.workspace != workspace.id:
            if self.enterprise is None or self.enterprise != workspace.enterprise_id:
                raise OldButton
            use_token(interaction.client, await services.authorize.tokens(self.workspace, self.enterprise, arrived))
        found = await services.workspaces.of(self.workspace, workspace.enterprise_id, arrived)
        return replace(interaction, workspace=found)


_ORIGIN = TypeAdapter(ModalState)
