"""Adds the app to a workspace as a browser does: over HTTP, from the bot's page by way of Slack's and back."""

import re
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urljoin, urlsplit

import aiohttp

from playground.slack.authorize_page import PATH

_HOPS = 5  # redirects followed before giving up


@dataclass(frozen=True)
class Page:
    """What a browser got: the page in the end, and where it was."""

    status: int
    html: str
    url: str
    headers: dict[str, str]


class Browser:
    """Follows redirects and keeps cookies, by hand: no cookie jar sends a Secure one to http://127.0.0.1."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self.cookies: dict[str, dict[str, str]] = {}  # by host and port

    async def get(self, url: str) -> Page:
        """A page, and what it redirects to."""
        return await self._follow("GET", url, None)

    async def post(self, url: str, form: dict[str, str]) -> Page:
        """A form sent, and what it redirects to."""
        return await self._follow("POST", url, form)

    async def _follow(self, method: str, url: str, form: dict[str, str] | None) -> Page:
        for _ in range(_HOPS):
            page = await self._once(method, url, form)
            if page.status not in (301, 302, 303, 307):
                return page
            method, url, form = "GET", urljoin(url, page.headers["location"]), None
        raise RuntimeError(f"more than {_HOPS} redirects, the last to {url}")

    async def _once(self, method: str, url: str, form: dict[str, str] | None) -> Page:
        own = self.cookies.setdefault(urlsplit(url).netloc, {})
        sent = {"cookie": "; ".join(f"{name}={value}" for name, value in own.items())} if own else {}
        async with self._session.request(method, url, data=form, headers=sent, allow_redirects=False) as answer:
            for line in answer.headers.getall("set-cookie", []):
                for name, morsel in SimpleCookie(line).items():
                    _keep(own, name, morsel.value, str(morsel["max-age"]))
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Page(answer.status, await answer.text(), url, headers)


def _keep(cookies: dict[str, str], name: str, value: str, max_age: str) -> None:
    if max_age == "0" or not value:
        cookies.pop(name, None)
    else:
        cookies[name] = value


async def install(bot: str, where: str, user: str, *, browser: Browser, allow: bool = True) -> Page:
    """From the bot's `/slack/install` to its last page; `where` is a workspace or an organization."""
    page = await browser.get(f"{bot}/slack/install")
    if PATH not in page.url:
        link = next((unescape(url) for url in re.findall(r"href=[\"']([^\"']+)", page.html) if PATH in url), None)
        if link is None:
            return page
        page = await browser.get(urljoin(page.url, link))
    if page.status != 200:
        return page
    asked = dict(parse_qsl(urlsplit(page.url).query))
    decided = {"where": where, "user": user, "decision": "allow" if allow else "cancel"}
    return await browser.post(page.url.partition("?")[0], {**asked, **decided})
