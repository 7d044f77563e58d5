"""How an app gets into a workspace: the codes of the authorize page, and the tokens they are exchanged for."""

import base64
import binascii
import secrets
from dataclasses import dataclass

from playground.slack.call import ApiError, Args
from playground.slack.site import Site
from playground.slack.tokens import EXPIRES_IN, Grant, Tokens
from playground.slack.workspace import BOT_ID, SlackWorkspace

CLIENT_ID, CLIENT_SECRET = "4711.playground", "playground-client-secret"
APP_ID = "A01PLAY"
CODE_SECONDS = 10 * 60


@dataclass(frozen=True)
class Allowed:
    """What a person allowed on the authorize page: the app in a workspace, or in the `whole` organization."""

    workspace: SlackWorkspace
    user: str
    scopes: frozenset[str]
    redirect_uri: str
    whole: bool
    made: float  # seconds since 1970


class OAuth:
    """Gives out codes, and tokens for them. With `rotates` tokens last twelve hours and are refreshed."""

    def __init__(self, tokens: Tokens, site: Site) -> None:
        self.now = site.now
        self.rotates = False
        self._site = site
        self._tokens = tokens
        self._codes: dict[str, Allowed] = {}
        self._refresh: dict[str, tuple[Allowed, Grant]] = {}

    def allow(self, allowed: Allowed) -> str:
        """The code that goes back to the app."""
        code = f"{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._codes[code] = allowed
        return code

    def access(self, args: Args, authorization: str) -> Args:
        """`oauth.v2.access`: a token for a code, or a new one for a refresh token. Raises ApiError."""
        _check_client(args, authorization)
        if args.get("grant_type") == "refresh_token":
            return self._refreshed(str(args.get("refresh_token", "")))
        allowed = self._codes.pop(str(args.get("code", "")), None)
        if allowed is None or self.now() - allowed.made > CODE_SECONDS:
            raise ApiError("invalid_code")
        if args.get("redirect_uri") not in (None, allowed.redirect_uri):
            raise ApiError("bad_redirect_uri")
        return {**self._answer(allowed), "authed_user": {"id": allowed.user}}

    def _refreshed(self, token: str) -> Args:
        allowed, grant = self._refresh.pop(token, (None, None))
        if allowed is None or grant is None or grant.revoked:
            raise ApiError("invalid_refresh_token")
        return self._answer(allowed)

    def _answer(self, allowed: Allowed) -> Args:
        workspace = allowed.workspace
        team_id = None if allowed.whole else workspace.team_id
        expires = self.now() + EXPIRES_IN if self.rotates else None
        grant = self._tokens.issue(team_id, workspace.enterprise_id, allowed.scopes, expires)
        self._site.touch()
        enterprise = {"id": workspace.enterprise_id, "name": workspace.enterprise_name}
        return {
            "access_token": grant.token,
            "token_type": "bot",
            "scope": ",".join(sorted(allowed.scopes)),
            "bot_user_id": BOT_ID,
            "app_id": APP_ID,
            "team": None if allowed.whole else {"id": workspace.team_id, "name": workspace.name},
            "enterprise": enterprise if workspace.enterprise_id else None,
            "is_enterprise_install": allowed.whole,
            **(self._to_refresh(allowed, grant) if self.rotates else {}),
        }

    def _to_refresh(self, allowed: Allowed, grant: Grant) -> Args:
        token = f"xoxe-1-{secrets.token_hex(12)}"
        self._refresh[token] = (allowed, grant)
        return {"refresh_token": token, "expires_in": EXPIRES_IN}


def _check_client(args: Args, authorization: str) -> None:
    """The app's id and secret, in the body or as HTTP Basic."""
    given = (str(args.get("client_id", "")), str(args.get("client_secret", "")))
    if authorization.startswith("Basic "):
        try:
            name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise ApiError("invalid_client_id") from None
        given = (name, secret)
    if given[0] != CLIENT_ID:
        raise ApiError("invalid_client_id")
    if given[1] != CLIENT_SECRET:
        raise ApiError("bad_client_secret")
