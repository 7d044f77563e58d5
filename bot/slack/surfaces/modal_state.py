"""What a modal carries from where it was opened to where it is submitted: which workspace, and what is waiting."""

from dataclasses import asdict, dataclass, field

from pydantic import TypeAdapter
from pydantic_core import to_json
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import OldButton
from bot.slack.context.services import Services
from bot.slack.context.tokens import speak_for
from bot.slack.reply.workspace_tags import Address
from bot.workspaces.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ModalState:
    """The workspace by its own ids: of an organisation's installation Slack's payload of a modal may name another.

    `ids` are the campaigns whose answer waits, `response_url` is where it goes, and `thread` where it can be shared.
    """

    workspace: str
    enterprise: str | None = None
    channel: str = ""
    ids: tuple[str, ...] = ()
    response_url: str = field(default="", repr=False)
    thread: str | None = None

    @property
    def address(self) -> Address:
        """Of the workspace."""
        return self.workspace, self.enterprise

    @property
    def at_home(self) -> bool:
        """Whether it was opened on the App Home, which shows what has changed then: elsewhere there is a channel."""
        return not self.channel

    def text(self) -> str:
        """For a view's `private_metadata` (Slack: 3,000 characters)."""
        return to_json(asdict(self)).decode()

    @staticmethod
    def read(text: str) -> "ModalState":
        """The inverse. Raises OldButton for what is none."""
        try:
            return _ORIGIN.validate_json(text, strict=True)
        except ValueError as error:
            raise OldButton from error

    async def home(self, services: Services, workspace: Workspace, client: AsyncWebClient) -> Workspace:
        """The workspace it was opened in, as it is now; `workspace` is what Slack says of the request at hand.

        They may differ inside one organisation only; then `client` speaks for the former from now on.
        Whether the person may do there what they want is yet to be asked. Raises OldButton, StoreUnavailable.
        """
        if self.workspace == workspace.id:
            return await services.workspaces.of(workspace.id, workspace.enterprise_id)
        if self.enterprise is None or self.enterprise != workspace.enterprise_id:
            raise OldButton
        speak_for(client, await services.authorize.tokens(self.workspace, self.enterprise))
        return await services.workspaces.of(self.workspace, self.enterprise)


_ORIGIN = TypeAdapter(ModalState)
