"""The command line: `campaign-bot serve | playground | card | check | doctor | manifest | keys | audit | …`."""

import asyncio
import atexit
import gc
import importlib
import importlib.util
import json
import re
import sys
from typing import Annotated

import typer
import yaml

from bot import logs
from bot.campaigns.ids import Links
from bot.cli.check import check
from bot.cli.digest_commands import digests
from bot.cli.endings import Refused, plain_ending, write_anything
from bot.cli.printing import json_text, say
from bot.config import COMMAND, Settings
from bot.manifest import manifest as make_manifest

_GARBAGE = 100_000  # new objects before the garbage collector runs; imports make fewer at a time
app = typer.Typer(
    help="Shows careCycle campaigns in Slack, and posts digests of them.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help="The keys that secrets are encrypted with.", no_args_is_help=True)
app.add_typer(keys, name="keys")
app.add_typer(digests, name="digests")
app.command()(check)


def main() -> None:
    """Run one command. Wrong usage or settings give plain lines and exit status 2, never a traceback."""
    # Collecting garbage during imports, and once more at exit, takes a third of a short command's time.
    gc.set_threshold(_GARBAGE)
    atexit.register(gc.freeze)
    logs.silence()
    write_anything()
    with plain_ending():
        sys.exit(app(standalone_mode=False) or 0)


@app.command()
def serve() -> None:
    """Runs the bot: Socket Mode when SLACK_APP_TOKEN is set, HTTP always."""
    from bot.cli.listening import listening_at
    from bot.cli.serve import serve as run
    from bot.cli.watchdog import leave

    settings = Settings.for_serving()
    logs.set_up(settings.log_level, settings.log_format)
    address = f"{settings.host}:{settings.port} (HOST and PORT)"
    with listening_at(address, "set another PORT, or another HOST"), asyncio.Runner() as runner:
        if parts := runner.run(run(settings)):
            leave(parts)  # else these parts could block the runner and Python's exit for ever


@app.command()
def playground(
    port: Annotated[int, typer.Option(help="Where the page is served, on this machine only.", max=65535, min=0)] = 8765,
    live: Annotated[bool, typer.Option(help="Talk to the real careCycle, with CARECYCLE_API_KEY.")] = False,
    campaigns: Annotated[int, typer.Option(help="How many campaigns there are at least.", max=5000, min=0)] = 0,
) -> None:
    """Runs the whole bot offline, with stand-ins for Slack and careCycle and a page to play with."""
    if importlib.util.find_spec("playground") is None:
        raise Refused("the playground is not in this installation: run `make play` in a checkout")
    from bot.cli.listening import listening_at

    with listening_at(f"port {port}", "choose another with --port, as in `make play PORT=9000`"):
        # Imported by name, because the playground is a layer above this file and is not in the image.
        importlib.import_module("playground.run").main(port=port, live=live, campaigns=campaigns)


@app.command()
def card(
    id_or_link: Annotated[str, typer.Argument(help="A campaign id, or a careCycle link that holds one.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print Block Kit JSON.")] = False,
) -> None:
    """Fetches one campaign with CARECYCLE_API_KEY and prints its card."""
    from bot.cli.card import NoCard, fetch_card

    try:
        message = asyncio.run(fetch_card(Settings.load(), id_or_link))
    except NoCard as error:
        raise Refused(str(error), 2 if error.asked_wrongly else 1) from error
    if as_json:
        typer.echo(json_text({"blocks": message.blocks}, indent=2))
        return
    from rich.console import Console

    from bot.cli.terminal import draw

    draw(message, Console())


@app.command()
def doctor(
    online: Annotated[bool, typer.Option("--online", help="Ask Slack and careCycle too.")] = False,
) -> None:
    """Says what is set up, what is not, and the next step; exit status 0 only when the bot can run."""
    from bot.cli.doctor import examine

    raise typer.Exit(0 if examine(say, online=online) else 1)


@app.command()
def manifest(
    http: Annotated[str | None, typer.Option(help="Public address for requests over HTTP; else Socket Mode.")] = None,
    step: Annotated[
        bool, typer.Option("--step", help="With the workflow step: for an app of one company only.")
    ] = False,
    history: Annotated[
        bool, typer.Option("--history", help="With the scopes to look whether a digest was posted after all.")
    ] = False,
    command: Annotated[str, typer.Option(help="The slash command's name.")] = "/campaign",
    as_json: Annotated[bool, typer.Option("--json", help="JSON, as the Slack CLI reads it.")] = False,
) -> None:
    """Prints the Slack manifest for this way of running."""
    if http is not None and not http.startswith("https://"):
        raise Refused("--http must be a public address that begins with https://", 2)
    if not re.fullmatch(COMMAND, command):
        raise Refused("--command must look like /campaign: a slash, then small letters, digits, - or _", 2)
    previews = Links(Settings.read()[0].carecycle_link).host
    made = make_manifest(http=http, command=command, step=step, history=history, previews=previews)
    if as_json:
        typer.echo(json.dumps(made, ensure_ascii=False, indent=2))
    else:
        typer.echo(yaml.safe_dump(made, allow_unicode=True, sort_keys=False, width=100).rstrip())


@keys.command("new")
def keys_new() -> None:
    """Makes an encryption key, for ENCRYPTION_KEYS."""
    from bot.store.encryption import new_key

    typer.echo(new_key())


@keys.command("rotate")
def keys_rotate() -> None:
    """Encrypts what is stored with the newest key, the first of ENCRYPTION_KEYS; the others can go afterwards."""
    from bot.cli.admin import rotate

    typer.echo(asyncio.run(rotate(Settings.load())))


@app.command()
def audit(
    workspace: Annotated[str | None, typer.Option(help="Only this Slack workspace, by its id (T…).")] = None,
    most: Annotated[int, typer.Option(help="So many rows, the newest.", min=1, max=10_000)] = 50,
) -> None:
    """Prints who connected, disconnected, shared or changed settings, newest first."""
    from bot.cli.admin import audit_lines

    for line in asyncio.run(audit_lines(Settings.load(), workspace, most)):
        say(line)


@app.command()
def readings(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line for each workspace.")] = False,
) -> None:
    """Prints when each workspace's campaigns were last read, what failed, and how much is kept."""
    from bot.cli.readings import reports

    for one in asyncio.run(reports(Settings.load())):
        say(json.dumps(one.json) if as_json else one.line)
