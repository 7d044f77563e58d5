"""Build the web pages after *Add to Slack*: what happened, and what to do next."""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from bot.manifest import INSTALL

_STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;color:#1d1c1d;background:#f8f8f8;margin:0}"
    "main{max-width:34rem;margin:12vh auto;padding:2.5rem;background:#fff;border-radius:12px;"
    "box-shadow:0 1px 4px #0002}h1{font-size:1.5rem;margin-top:0}code{background:#f0f0f0;padding:.1em .35em;"
    "border-radius:4px}a.button{display:inline-block;margin-top:1rem;padding:.6rem 1.1rem;border-radius:6px;"
    "background:#611f69;color:#fff;text-decoration:none}"
)
# By the error's name (Slack's, Bolt's or ours): what happened, and the next step.
REASONS: dict[str, tuple[str, str]] = {
    "access_denied": (
        "Nothing was installed",
        "You canceled, or an admin of this Slack workspace has to approve new apps. "
        "If you asked for approval, Slack tells you when you have it; then start again.",
    ),
    "invalid_browser": (
        "Start again in this browser",
        "The installation was started in another browser, or this one does not keep cookies. Nothing was installed.",
    ),
    "invalid_state": (
        "This link was used already, or is too old",
        "An installation has to be finished within ten minutes, and its link works only once. Nothing was installed.",
    ),
    "missing_code": ("Slack did not finish the installation", "Nothing was installed. Start again."),
    "invalid_code": ("Slack did not finish the installation", "Nothing was installed. Start again."),
    "no_answer": ("Slack did not answer", "Nothing was installed. Start again in a minute."),
    "storage_error": (
        "The installation could not be saved",
        "The app’s own database does not answer. Start again in a minute; "
        "if it stays like this, tell the person who set up this app.",
    ),
    "bug": ("The app was not installed", "That is a mistake in this app, and it was logged. Start again later."),
}
_OTHER = (
    "The app was not installed",
    "Slack refused the installation. Start again, or ask an admin of your workspace.",
)


def installed(name: str | None, team_id: str | None, app_id: str | None, command: str) -> str:
    """Return the page after a successful installation: the way back to Slack, and how to connect."""
    where = f"in {escape(name)}" if name else "in your workspace"
    query = urlencode({"app": app_id or "", "team": team_id or ""})
    return _page(
        "careCycle campaigns is installed",
        f"<p>It is now {where}. Two steps are left:</p><ol>"
        f"<li>In any conversation in Slack an admin types <code>{escape(command)} connect</code> and pastes the "
        "careCycle key.</li>"
        f"<li>Then everybody types <code>{escape(command)}</code> and a campaign id, and sees its card.</li></ol>"
        f'<a class="button" href="https://slack.com/app_redirect?{escape(query)}">Open Slack</a>',
    )


def not_installed(reason: str) -> str:
    """Return the page after a failed installation.

    `reason` is the error's name (Slack's, Bolt's or ours). It is not shown, because anybody can put it in a link.
    """
    title, next_step = REASONS.get(reason, _OTHER)
    return _page(title, f'<p>{next_step}</p><a class="button" href="{INSTALL}">Start again</a>')


def headers(cookie: str | None = None) -> dict[str, str | Sequence[str]]:
    """Return the headers of every page of ours: it cannot be framed, and runs no scripts."""
    made: dict[str, str | Sequence[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    }
    return {**made, "Set-Cookie": [cookie]} if cookie else made


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    )
