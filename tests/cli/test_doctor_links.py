"""What `doctor` says about the links to careCycle, run in this process."""

from pathlib import Path

import pytest

from bot.cli.doctor import examine


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")


def _said() -> str:
    lines: list[object] = []
    examine(lines.append, online=False)
    return "\n".join(map(str, lines))


def test_an_admin_is_told_to_look_at_a_campaigns_address_once_and_to_set_it() -> None:
    said = _said()
    assert "buttons open careCycle’s list of campaigns, https://app.carecycle.ai/campaigns." in said
    assert "open a campaign in careCycle once and look at the address in the browser" in said
    assert "set CARECYCLE_LINK to that address with {id} in place of the id" in said


def test_where_the_address_is_set_there_is_nothing_left_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARECYCLE_LINK", "https://care.example/look/{id}")
    said = _said()
    assert "Open in careCycle opens the campaign’s own page: https://care.example/look/{id}" in said
    assert "look at the address" not in said
