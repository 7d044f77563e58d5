"""What the lines of a digest's message have in common: its names, and how it says moments."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from blocks import words
from blocks.campaigns import times
from blocks.campaigns.campaign import UNNAMED
from blocks.campaigns.phrases import listed
from blocks.campaigns.times import Wording
from blocks.digests.edition import Edition
from bot.digests.report import Report

_NAME, _SHORT_ID = 60, 8  # characters


@dataclass(frozen=True, slots=True)
class Scene:
    """An edition with the names of its campaigns, by id (plain text)."""

    edition: Edition
    names: Mapping[str, str]

    @classmethod
    def of(cls, edition: Edition) -> Self:
        """Name the campaigns. Those without a name, and those that share one, also get the beginning of the id."""
        shown = dict(_named(edition.report))
        alike = Counter(shown.values())
        return cls(
            edition,
            {
                id_: name if alike[name] == 1 and name != UNNAMED else f"{id_[:_SHORT_ID]} {name}"
                for id_, name in shown.items()
            },
        )

    @property
    def report(self) -> Report:
        """What it says."""
        return self.edition.report

    @property
    def said(self) -> Wording:
        """How problems are worded: as plain text, with times in the digest's own zone, which the footer names."""
        return Wording(self.edition.as_of, self.edition.zone, plain=True)

    def name(self, campaign_id: str) -> str:
        """Return a campaign's name (mrkdwn)."""
        return f"*{words.literal(self.names.get(campaign_id) or campaign_id, _NAME + _SHORT_ID + 1)}*"

    def named(self, ids: Sequence[str], most: int) -> str:
        """Join campaigns' names (mrkdwn): `A, B, and C`, or `A, B, and 3 more` when that would be more than `most`."""
        most = most if len(ids) <= most else most - 1
        beyond = [f"{words.number(len(ids) - most)} more"] if ids[most:] else []
        return listed([*map(self.name, ids[:most]), *beyond])

    def moment(self, when: datetime) -> str:
        """Say a moment that was: `9:00 AM` today, `Tue 9:00 AM`, `Tue, Nov 10, 9:00 AM`."""
        return times.moment(when, self.said)

    def day(self, when: datetime) -> str:
        """Say a day in few letters: `9:00 AM` today, `Mon`, and `Nov 10` where that is a week away or more."""
        local, now = (one.astimezone(self.edition.zone) for one in (when, self.edition.as_of))
        away = abs((local.date() - now.date()).days)
        if not away:
            return words.plain_time(local)
        return f"{local:%a}" if away < 7 else words.plain_day(local, now)


def _named(report: Report) -> Iterator[tuple[str, str]]:
    """Yield each campaign with its name, those that were read last: theirs count."""
    troubles = [one for group in (*report.needs, *report.known) for one in group.troubles]
    troubles += [one.trouble for one in report.quiet]
    found = [(one.id, one.assessed.name) for one in troubles]
    found += [(one.id, one.name) for one in report.moved]
    found += [(one.id, one.name) for one in report.changes]
    found += [(one.id, one.figures.name) for one in report.rows]
    named = [(id_, words.clean(name, _NAME)) for id_, name in found]
    yield from ((id_, UNNAMED) for id_, name in named if not name)
    yield from ((id_, name) for id_, name in named if name)
