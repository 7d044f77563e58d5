"""Run Bolt's install flow with our own database: installations are encrypted, and each state is valid once."""

import re
from datetime import UTC, datetime
from urllib.parse import urljoin

import structlog
from pydantic import SecretStr
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot import logs
from bot.clock import Clock
from bot.config import Settings
from bot.errors import StoreUnavailable
from bot.manifest import INSTALL, REDIRECT, optional_scopes, scopes
from bot.records import Installation
from bot.slack.context.tokens import Authorize
from bot.slack.install import oauth_pages
from bot.store import installations, oauth_states
from bot.store.database import Database

_TEAM = re.compile(r"[TE][A-Z0-9]{1,20}", re.ASCII)
_log = structlog.get_logger("slack")


def install_flow(
    settings: Settings, db: Database, clock: Clock, client: AsyncWebClient, authorize: Authorize
) -> AsyncOAuthFlow:
    """Return the flow behind *Add to Slack*. Its scopes are those of `manifest.yml`, the optional ones too."""
    secret = settings.slack_client_secret.get_secret_value() if settings.slack_client_secret else ""
    return _Flow(
        client=client,
        logger=logs.without_payloads("slack_bolt"),  # Bolt logs the code of a failed installation
        settings=AsyncOAuthSettings(
            client_id=settings.slack_client_id,
            client_secret=secret,
            scopes=[*scopes(), *optional_scopes()],  # Slack's page shows apart what the app's settings call optional
            user_scopes=[],
            redirect_uri=settings.public_url.rstrip("/") + REDIRECT if settings.public_url else None,
            install_path=INSTALL,
            redirect_uri_path=REDIRECT,
            install_page_rendering_enabled=False,  # one more page with a button; Slack's own page asks anyway
            authorization_url=urljoin(settings.slack_api_url, "/oauth/v2/authorize"),
            installation_store=_Installations(db, clock, authorize),
            state_store=_States(db, clock),
            state_expiration_seconds=oauth_states.SECONDS,
            callback_options=_answers(settings),
        ),
    )


class _Flow(AsyncOAuthFlow):
    """Bolt's flow, with a check of a link's `team`, which Bolt would put into the URL of Slack's page unchecked."""

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        team = next(iter(request.query.get("team", ())), "")
        made: str = self.settings.authorize_url_generator.generate(
            state=state, team=team if _TEAM.fullmatch(team) else None
        )
        return made


class _States(AsyncOAuthStateStore):
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def async_issue(self, *_: object, **__: object) -> str:
        return await oauth_states.issue(self._db, self._clock.now())

    async def async_consume(self, state: str) -> bool:
        return await oauth_states.consume(self._db, state, self._clock.now())


class _Incomplete(BoltError):
    """Slack's answer lacks the workspace or the token."""


class _Installations(AsyncInstallationStore):
    """The installation store, with only what the flow needs: tokens are read through `Authorize`."""

    def __init__(self, db: Database, clock: Clock, authorize: Authorize) -> None:
        self._db = db
        self._clock = clock
        self._authorize = authorize

    async def async_save(self, installation: SlackInstallation) -> None:
        """Save an installation. Raise BoltError, for which Bolt shows the failure page."""
        ours = _ours(installation, self._clock)
        try:
            await installations.save(self._db, ours)
        except StoreUnavailable as error:
            raise BoltError("the store does not answer") from error
        self._authorize.forget(ours.id)
        _log.info("installed", workspace=ours.id, organization=ours.is_enterprise_install)


def _ours(given: SlackInstallation, clock: Clock) -> Installation:
    now = clock.now()
    whole = bool(given.is_enterprise_install)
    id_ = given.enterprise_id if whole else given.team_id
    if not id_ or not given.bot_token:
        raise _Incomplete("Slack named no workspace, or gave no token")
    return Installation(
        id=id_,
        bot_token=SecretStr(given.bot_token),
        installed_at=now,
        enterprise_id=given.enterprise_id,
        is_enterprise_install=whole,
        name=given.enterprise_name if whole else given.team_name,
        app_id=given.app_id,
        bot_refresh_token=SecretStr(given.bot_refresh_token) if given.bot_refresh_token else None,
        bot_token_expires_at=_moment(given.bot_token_expires_at),
        bot_id=given.bot_id,
        bot_user_id=given.bot_user_id,
        bot_scopes=",".join(given.bot_scopes or ()),
        installed_by=given.user_id,
    )


def _answers(settings: Settings) -> AsyncCallbackOptions:
    async def success(args: AsyncSuccessArgs) -> BoltResponse:
        installed = args.installation
        name = installed.enterprise_name if installed.is_enterprise_install else installed.team_name
        page = oauth_pages.installed(name, installed.team_id, installed.app_id, settings.command)
        return BoltResponse(status=200, body=page, headers=oauth_pages.headers(_no_cookie(args.settings)))

    async def failure(args: AsyncFailureArgs) -> BoltResponse:
        reason = "invalid_code" if isinstance(args.error, _Incomplete) else args.reason
        _log.warning("not installed", reason=reason if reason in oauth_pages.REASONS else "other")
        page = oauth_pages.not_installed(reason)
        return BoltResponse(
            status=args.suggested_status_code, body=page, headers=oauth_pages.headers(_no_cookie(args.settings))
        )

    return AsyncCallbackOptions(success=success, failure=failure)


def _no_cookie(settings: AsyncOAuthSettings) -> str:
    return settings.state_utils.build_set_cookie_for_deletion()


def _moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
