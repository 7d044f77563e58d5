"""Secrets are planted everywhere careCycle may send them: none comes out in a preview, a pane, or the log of either."""

import json
from typing import Any

import pytest

from playground.carecycle import CareCycle
from tests.conftest import AEP, MakeWorld
from tests.drivers.links import CHANNEL, LINK, OTHER_CHANNEL, SHARED, draft, open_pane, post, tell
from tests.security.test_secrets import LOOKED_FOR, planted

AGENTS = ("Dana", "Marcus", "Priya", "Lucía", "Jorge")


@pytest.mark.parametrize("kind", ["direct", "dynamic", "sip", "softphone"])
async def test_no_secret_comes_out(log_lines: list[dict[str, Any]], make_world: MakeWorld, kind: str) -> None:
    here = await make_world(carecycle=CareCycle([planted(kind)]))
    message = await post(here, LINK)
    for user in ("U01OWNER", "U03MEMBER", "U09PARTNER"):
        assert await open_pane(here, message, user=user)
    await tell(here, message, refresh=True)
    await draft(here, LINK)
    await post(here, LINK, channel=SHARED)
    here.slack.faults.set("work_object_warned")
    assert (await post(here, LINK, channel=OTHER_CHANNEL)).previews[LINK]["blocks"]
    everything = json.dumps(here.slack.api.calls, ensure_ascii=False) + json.dumps(list(log_lines), ensure_ascii=False)
    assert "AEP Outreach 2026" in everything
    assert [secret for secret in LOOKED_FOR if secret in everything] == []
    shown = json.dumps([args for name, args in here.slack.api.calls if name == "chat.unfurl"], ensure_ascii=False)
    assert [name for name in AGENTS if name in shown] == []
    assert AEP in shown
    assert message.channel == CHANNEL
