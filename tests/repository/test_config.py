"""The settings: all problems are reported at once, in plain lines, and without secrets."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.config import Settings, SettingsError
from tests.drivers.command_line import run

WRONG = {
    "SLACK_BOT_TOKEN": "xoxp-SECRET",
    "SLACK_APP_TOKEN": "SECRET",
    "SLACK_API_URL": "ftp://SECRET@slack.com/api/",
    "CARECYCLE_API_KEY": "SECRET",
    "CARECYCLE_BASE_URL": "http://SECRET:SECRET@api.carecycle.example",
    "CARECYCLE_LINK": "SECRET",
    "CARECYCLE_PARAMS": "SECRET=x",
    "READ_EVERY": "3",
    "PORT": "SECRET",
    "CACHE_SECONDS": "-1",
    "REPLY_WITHIN": "3",
    "COMMAND": "campaign",
    "LOG_LEVEL": "LOUD",
    "LOG_FORMAT": "xml",
}
MISSING = ["SLACK_APP_TOKEN is missing", "SLACK_BOT_TOKEN is missing"]


def made(**values: Any) -> Settings:
    """Make settings with these values, which go before the environment, and without a `.env` file."""
    return Settings(_env_file=None, **values)


async def test_without_any_setting_the_bot_says_what_it_needs_and_where_to_find_it(tmp_path: Path) -> None:
    ran = await run("serve", at=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert [line.partition(":")[0] for line in ran.lines] == MISSING
    assert all(len(line.partition(": ")[2]) > 20 for line in ran.lines)


async def test_every_problem_is_said_at_once_and_no_secret_with_it(tmp_path: Path) -> None:
    ran = await run("serve", at=tmp_path, **WRONG)
    assert ran.status == 2
    assert [line.split()[0] for line in ran.lines] == list(WRONG)
    assert "SECRET" not in ran.err.replace("SLACK_SIGNING_SECRET", "").replace("Signing Secret", "")


async def test_the_doctor_names_the_same_problems_and_what_is_well(tmp_path: Path) -> None:
    ran = await run("doctor", at=tmp_path, SLACK_APP_TOKEN="xapp-SECRET", **{"PORT": "-1", "CARECYCLE_API_KEY": "x"})
    said = [line.split()[:2] for line in ran.out.splitlines()]
    assert ran.status == 1
    assert said[1:5] == [["✓", "SLACK_APP_TOKEN"], ["✗", "SLACK_BOT_TOKEN"], ["✗", "CARECYCLE_API_KEY"], ["✗", "PORT"]]
    assert "SECRET" not in ran.out.replace("SLACK_CLIENT_SECRET", "")


async def test_settings_may_stand_in_a_file_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-SECRET\nPORT=wrong\nLOG_FORMAT=wrong\nUNKNOWN=1\n")
    ran = await run("serve", at=tmp_path, PORT="3001", SLACK_SIGNING_SECRET="", CARECYCLE_API_KEY=" ")
    assert ran.status == 2
    assert {line.split()[0] for line in ran.lines} == {"LOG_FORMAT", "SLACK_APP_TOKEN"}
    assert "xoxb" not in ran.err


async def test_a_file_that_is_no_text_is_one_plain_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SLACK_BOT_TOKEN=xoxb-\xff\xfe")
    ran = await run("serve", at=tmp_path, SLACK_BOT_TOKEN="xoxb-1", CARECYCLE_API_KEY="cc_1", PORT="x")
    assert (ran.status, ran.lines[0]) == (2, ".env is not text in UTF-8")
    assert [line.split()[0] for line in ran.lines[1:]] == ["PORT", "SLACK_APP_TOKEN"]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("slack_bot_token", ["xoxb-1", " xoxb-1\n"], ["xoxp-1", "xoxe.xoxb-1", "XOXB-1"]),
        ("slack_app_token", ["xapp-1"], ["xoxb-1", "app-1"]),
        ("carecycle_api_key", ["cc_1"], ["cc-1", "c", "sk_cc_1"]),
        ("slack_api_url", ["https://slack.com/api/", "http://127.0.0.1:1/", "http://[::1]/"], ["http://slack.com"]),
        ("carecycle_base_url", ["https://a.example", "http://localhost:1"], ["a.example", "http://[", "https://", ""]),
        ("carecycle_link", ["https://a.example/{id}"], ["http://a.example/{id}", "javascript:alert(1)"]),
        ("public_url", ["https://bot.example", None], ["http://bot.example", "bot.example"]),
        (
            "database_url",
            ["postgresql://u:p@h/d", "postgres://h/d", "sqlite:///x.db", "postgresql+psycopg://h/d"],
            ["mysql://h/d", "postgresql+asyncpg://h/d", "x.db", "sqlite://h"],
        ),
        ("encryption_keys", ["one", "one, two,", ("one",)], []),
        ("audit_days", [0, "400"], [-1, "x", 3651]),
        ("read_every", [0, 5, "15", 60], [-1, 1, 4, 61, "x", 7.5]),
        ("port", [0, "3000", 65535], [-1, 65536, "http", 1.5]),
        ("cache_seconds", [0, "30", 900], [-1, 901, "nan"]),
        ("reply_within", [0.1, 2.5], [0, 2.6, -1]),
        (
            "command",
            ["/campaign", "/c", "/a-b_1"],
            ["campaign", "/", "/Campaign", "/a b", "/campaign\n", "/" + "a" * 32],
        ),
        ("log_level", ["DEBUG", "ERROR"], ["debug", "TRACE"]),
        ("log_format", ["text", "json"], ["JSON"]),
    ],
)
def test_each_setting_takes_what_can_work_and_nothing_else(name: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert getattr(made(**{name: value}), name) is not None or value is None
    for value in bad:
        with pytest.raises(ValidationError):
            made(**{name: value})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", {}),
        ("limit=pageSize", {"limit": "pageSize"}),
        (" limit = pageSize , search=q,", {"limit": "pageSize", "search": "q"}),
        ("status=filter=x", {"status": "filter=x"}),
    ],
)
def test_careCycles_parameter_names_are_pairs(text: str, names: dict[str, str]) -> None:  # noqa: N802 - its name
    assert made(carecycle_params=text).carecycle_params == names


@pytest.mark.parametrize("text", ["limit", "limit=", "=pageSize", "size=limit", "LIMIT=x"])
def test_a_parameter_name_that_is_no_pair_is_refused_with_the_names_there_are(text: str) -> None:
    with pytest.raises(ValidationError, match="names out of page, limit, sortBy, sortOrder, search, status, inc"):
        made(carecycle_params=text)


def test_socket_mode_needs_no_signing_secret() -> None:
    given = {"slack_bot_token": "xoxb-1", "carecycle_api_key": "cc_1", "slack_signing_secret": None}
    assert list(made(**given, slack_app_token=None).missing()) == ["SLACK_APP_TOKEN"]
    assert made(**given, slack_app_token="xapp-1").missing() == {}
    assert made(**{**given, "slack_signing_secret": "s"}, slack_app_token=None).missing() == {}


def test_no_secret_is_in_what_is_printed_of_settings_or_their_errors() -> None:
    secrets = {
        "slack_signing_secret": "SECRET",
        "slack_bot_token": "xoxb-SECRET",
        "slack_app_token": "xapp-SECRET",
        "carecycle_api_key": "cc_SECRET",
    }
    settings = made(**secrets)
    assert "SECRET" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    with pytest.raises(ValidationError) as raised:
        made(slack_bot_token="SECRET", carecycle_api_key="SECRET", port="SECRET", carecycle_link="SECRET")
    assert "SECRET" not in f"{raised.value} {raised.value!r}"
    assert str(SettingsError(["PORT is wrong", "HOST too"])) == "PORT is wrong; HOST too"


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        made().port = 1  # type: ignore[misc]  # that is the point


def test_many_workspaces_need_both_halves_of_the_credentials() -> None:
    given = {"slack_bot_token": None, "slack_client_secret": None, "slack_signing_secret": "s", "slack_app_token": None}
    assert list(made(**given, slack_client_id=None).missing()) == ["SLACK_BOT_TOKEN"]
    assert list(made(**given, slack_client_id="1.2").missing()) == ["SLACK_CLIENT_SECRET"]
    both = given | {"slack_client_secret": "x"}
    assert list(made(**both, slack_client_id=None).missing()) == ["SLACK_CLIENT_ID"]
    assert made(**both, slack_client_id="1.2").missing() == {}
