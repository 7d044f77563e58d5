"""The settings, read from the environment and `.env`. No other module reads either of them."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

KEY_PREFIX = "cc_"  # every careCycle API key begins with it
KEY_IS_IN = "careCycle, Settings, API keys; it is shown once"
COMMAND = r"^/[a-z0-9_-]{1,31}$"  # a slash command's name
_PARAMS = ("page", "limit", "sortBy", "sortOrder", "search", "status", "includeClient")
_NAME = r"(?!-)(?!xn--$)[a-z0-9-]{1,63}(?<!-)"
# A host name, an IPv4 address or an IPv6 address.
_HOST = re.compile(rf"{_NAME}(?:\.{_NAME})*|[0-9a-f.]*:[0-9a-f:.]+", re.IGNORECASE)
ENV_FILE = Path(".env")
_DRIVERS = {
    "postgresql+psycopg://": "postgresql+psycopg://",
    "postgresql://": "postgresql+psycopg://",
    "postgres://": "postgresql+psycopg://",
    "sqlite+aiosqlite:///": "sqlite+aiosqlite:///",
    "sqlite:///": "sqlite+aiosqlite:///",
}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_SLACK = {  # where to find each, in the order of the README's steps
    "SLACK_APP_TOKEN": (
        "api.slack.com/apps, your app, Basic Information, App-Level Tokens, with the scope connections:write; "
        "or set SLACK_SIGNING_SECRET to receive requests over HTTP"
    ),
    "SLACK_SIGNING_SECRET": (
        "api.slack.com/apps, your app, Basic Information, Signing Secret; or set SLACK_APP_TOKEN for Socket Mode"
    ),
    "SLACK_BOT_TOKEN": (
        "api.slack.com/apps, your app, Install App, Bot User OAuth Token; "
        "or set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET to serve many workspaces"
    ),
    "SLACK_CLIENT_ID": "api.slack.com/apps, your app, Basic Information; it goes with SLACK_CLIENT_SECRET",
    "SLACK_CLIENT_SECRET": "api.slack.com/apps, your app, Basic Information; it goes with SLACK_CLIENT_ID",
}


class SettingsError(Exception):
    """The settings cannot be used."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems  # all of them, as plain lines without secrets


def _safe_url(value: str) -> str:
    try:
        parts, port = urlsplit(value), urlsplit(value).port
    except ValueError:
        raise ValueError("must be a URL that begins with https://") from None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or "") or port == 0:
        raise ValueError("must be a URL that begins with https://")
    if parts.username or parts.password:
        raise ValueError("must not hold a user or a password")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError("must begin with https://: keys travel over it")
    return value


def _a_host(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise ValueError("must be a host name or an address")
    return value


def _pairs(value: object) -> object:
    return parameter_names(value) if isinstance(value, str) else value


def parameter_names(value: str) -> dict[str, str]:
    """Parse `limit=pageSize,search=q` into a mapping. Raise ValueError with a text for people."""
    pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
    if not all(name.strip() in _PARAMS and sign and to.strip() for name, sign, to in pairs):
        raise ValueError(f"must look like limit=pageSize,search=q, with names out of {', '.join(_PARAMS)}")
    return {name.strip(): to.strip() for name, _, to in pairs}


def _listed(value: object) -> object:
    """Split `new,old` into a tuple."""
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


def _database(value: SecretStr) -> SecretStr:
    """Convert the URL of a SQLite or PostgreSQL database, as people write it, to the one SQLAlchemy takes."""
    url = value.get_secret_value()
    for prefix, driver in _DRIVERS.items():
        if url.startswith(prefix):
            return SecretStr(driver + url.removeprefix(prefix))
    raise ValueError("must begin with postgresql:// or sqlite:///")


def _postgresql(value: SecretStr) -> SecretStr:
    """Convert the URL of a PostgreSQL database as `_database` does."""
    if value.get_secret_value().startswith("sqlite"):
        raise ValueError("must begin with postgresql://")
    return _database(value)


def _reading_minutes(value: int) -> int:
    if value and not 5 <= value <= 60:
        raise ValueError("must be 0, which turns readings off, or a number of minutes from 5 to 60")
    return value


def _shutdown_seconds(value: float) -> float:
    if not 0 <= value <= 12:
        raise ValueError("must be a number of seconds from 0 to 12: the rest of a stop needs the other 20")
    return value


def _prefixed(prefix: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(prefix):
            raise ValueError(f"must begin with {prefix}")
        return value

    return AfterValidator(check)


def _plainly(problem: ErrorDetails) -> str:
    """Return what is wrong with a setting, in words from `_WORDS` or else in pydantic's own."""
    words = _WORDS.get(problem["type"])
    if words:
        return words.format(**problem.get("ctx", {}))
    return problem["msg"].removeprefix("Value error, ")


_WORDS = {
    "int_parsing": "must be a whole number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be one of {expected}",
    "string_pattern_mismatch": "must look like /campaign: a slash, then up to 31 small letters, digits, - or _",
}


def _stripped(value: object) -> object:
    """Strip spaces, and newlines added by copying. Return None when nothing is left."""
    return value.strip() or None if isinstance(value, str) else value


_Strip = BeforeValidator(_stripped)
_Url = Annotated[str, AfterValidator(_safe_url)]


class Settings(BaseSettings):
    """How this program runs."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    slack_signing_secret: Annotated[SecretStr | None, _Strip] = None
    slack_bot_token: Annotated[Annotated[SecretStr, _prefixed("xoxb-")] | None, _Strip] = None
    slack_app_token: Annotated[Annotated[SecretStr, _prefixed("xapp-")] | None, _Strip] = None
    slack_client_id: Annotated[str | None, _Strip] = None
    slack_client_secret: Annotated[SecretStr | None, _Strip] = None
    slack_api_url: _Url = "https://slack.com/api/"
    carecycle_api_key: Annotated[Annotated[SecretStr, _prefixed(KEY_PREFIX)] | None, _Strip] = None
    carecycle_base_url: _Url = "https://api.carecycle.ai"
    carecycle_link: _Url = "https://app.carecycle.ai/campaigns"
    carecycle_params: Annotated[Mapping[str, str], NoDecode, BeforeValidator(_pairs)] = {}
    data_dir: Path = Path("data")
    database_url: Annotated[Annotated[SecretStr, AfterValidator(_database)] | None, _Strip] = None
    database_direct_url: Annotated[Annotated[SecretStr, AfterValidator(_postgresql)] | None, _Strip] = None
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_listed)] = ()
    audit_days: Annotated[int, Field(ge=0, le=3650)] = 400
    digests_per_workspace: Annotated[int, Field(ge=0, le=1000)] = 50
    digest_campaigns: Annotated[int, Field(ge=1, le=500)] = 500
    digest_times: Annotated[int, Field(ge=1, le=96)] = 6  # a day
    digest_grace: Annotated[int, Field(ge=1, le=1440)] = 120  # minutes; a digest later than this is skipped
    snapshot_days: Annotated[int, Field(ge=1, le=3650)] = 400
    read_every: Annotated[int, AfterValidator(_reading_minutes)] = 15  # minutes; 0 reads nothing
    public_url: Annotated[_Url | None, _Strip] = None
    host: Annotated[str, AfterValidator(_a_host)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 3000
    cache_seconds: Annotated[float, Field(ge=0, le=900)] = 30.0
    reply_within: Annotated[float, Field(gt=0, le=2.5)] = 2.0  # seconds; Slack waits 3, which includes the network
    shutdown_delay: Annotated[float, AfterValidator(_shutdown_seconds)] = 0.0  # seconds
    command: Annotated[str, Field(pattern=COMMAND)] = "/campaign"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @classmethod
    def read(cls) -> tuple[Self, dict[str, str]]:
        """Return the settings, with defaults in place of invalid ones, and what is wrong by setting name."""
        try:
            return cls._read()
        except UnicodeDecodeError:
            settings, wrong = cls._read(_env_file=None)
            return settings, {".env": "is not text in UTF-8", **wrong}

    @classmethod
    def _read(cls, **more: Any) -> tuple[Self, dict[str, str]]:  # Any: pydantic's own options
        try:
            return cls(**more), {}
        except ValidationError as error:
            wrong = {str(one["loc"][0]): _plainly(one) for one in error.errors(include_url=False)}
        defaults = {name: cls.model_fields[name].default for name in wrong}
        return cls(**defaults, **more), {name.upper(): f"{text[:1].lower()}{text[1:]}" for name, text in wrong.items()}

    @classmethod
    def load(cls) -> Self:
        """Return the settings of this process. Raise SettingsError with all problems at once."""
        settings, wrong = cls.read()
        if wrong:
            raise SettingsError([f"{name} {text}" for name, text in wrong.items()])
        return settings

    @classmethod
    def for_serving(cls) -> Self:
        """Return the settings for serving. Raise SettingsError as `load` does, and when a needed one is missing."""
        settings, wrong = cls.read()
        problems = {name: f"{name} {text}" for name, text in wrong.items()}
        for name, text in settings.missing(wrong).items():
            problems[name] = f"{name} is missing: {text}"
        if problems:
            raise SettingsError(list(problems.values()))
        return settings

    def missing(self, wrong: Collection[str] = ()) -> dict[str, str]:
        """Return the settings that serving needs and that are not set, each with where to find its value.

        A setting whose value is `wrong` counts as set: who set it has only to correct it.
        """
        socket, secret, bot, client, client_secret = (
            name in wrong or getattr(self, name.lower()) is not None for name in _SLACK
        )
        over_http = client or client_secret
        lacking = {
            "SLACK_APP_TOKEN": not socket and not secret and not over_http,
            "SLACK_SIGNING_SECRET": not socket and not secret and over_http,
            "SLACK_BOT_TOKEN": not bot and not over_http,
            "SLACK_CLIENT_ID": client_secret and not client,
            "SLACK_CLIENT_SECRET": client and not client_secret,
        }
        return {name: _SLACK[name] for name, lacks in lacking.items() if lacks}
