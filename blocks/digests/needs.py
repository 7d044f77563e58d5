"""Say in a digest what needs a person, what was told and is still so, and what is quiet."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from blocks import words
from blocks.campaigns import problems, times
from blocks.campaigns.alike_problems import together
from blocks.campaigns.phrases import listed
from blocks.digests.scene import Scene
from bot.digests.report import Group, Trouble
from bot.insight.problems import BrokenTransfers, Problem, ProblemKind, UnusualEnds

_NAMED, _PROBLEM = 3, 240  # campaigns by name in one line, characters of what is wrong
_KINDS = 2  # of what is known; the rest is counted
_SIGNS: dict[ProblemKind, str] = {"standing_still": "🔴", "runs_empty": "⏳", "unreached": "⏳", "past_end": "⏳"}
_WORST, _BAD = "🔴", "⚠️"
# A known problem in few words; {} is the campaign, or how many.
_KNOWN: dict[ProblemKind, str] = {
    "standing_still": "no calls from {}",
    "slow": "slow calls from {}",
    "broken_transfers": "transfers of {}",
    "past_end": "{} past the end date",
    "unreached": "not enough time for {}",
    "runs_empty": "{} running empty",
    "unusual_ends": "failures of {}",
}
_KNOWN_ENDS = {"expired": "expired customers of {}", "exceeded_max_calls": "call limits of {}"}


def needs(scene: Scene) -> tuple[list[str], int]:
    """Return the lines of what this channel was not told yet (mrkdwn), and the number of campaigns beyond them."""
    report = scene.report
    still = report.standing_still if not report.standing_still_told else None
    shown = [f"{_WORST} {account_wide(scene)}"] if still else []
    groups = _groups(report.needs, scene)
    told = _groups(report.shown, scene)
    shown += [_line(group, scene) for group in told]
    return shown, len({one.id for group in groups[len(told) :] for one in group})


def account_wide(scene: Scene) -> str:
    """Say that campaigns stand still together (mrkdwn). Empty when they do not."""
    report = scene.report
    if (still := report.standing_still) is None:
        return ""
    return words.literal(problems.all_still(still, scene.said, others_call=report.others_call), _PROBLEM)


def known(scene: Scene) -> str:
    """Say in one line what was told and is still so, and what is quiet (mrkdwn). Empty without any."""
    told, (count, until) = " · ".join(_known(scene)), _quiet(scene)
    if told:
        return f"*Known:* {told}{f'; {words.number(count)} quiet {until}' if count else ''}"
    return f"*Quiet:* {words.amount(count, 'problem')} {until}" if count else ""


def _groups(found: Sequence[Group], scene: Scene) -> list[list[Trouble]]:
    """Return the troubles of each line. What is wrong with transfers is for the company only."""
    short = scene.edition.options.short
    shown = (
        [one for one in group.troubles if not (short and isinstance(one.problem, BrokenTransfers))] for group in found
    )
    return [group for group in shown if group]


def _line(group: Sequence[Trouble], scene: Scene) -> str:
    ids = list(dict.fromkeys(one.id for one in group))
    sign = _SIGNS.get(group[0].problem.kind, _BAD)
    said = _alike(group, scene) if len(ids) > 1 else _of_one(group, scene)
    return f"{sign} {scene.named(ids, _NAMED)}: {said}{_worse(group, scene)}{_who(group, ids)}"


def _of_one(group: Sequence[Trouble], scene: Scene) -> str:
    """Say all that is wrong with one campaign; how many customers wait is said once."""
    first, *more = group
    said = scene.said
    less = times.Wording(said.now, said.zone, plain=True, waiting=False)
    sentences = [problems.sentence(first.problem, first.assessed, said)]
    sentences += [problems.sentence(one.problem, one.assessed, less) for one in more]
    return "; ".join(words.literal(sentence, _PROBLEM) for sentence in sentences)


def _alike(group: Sequence[Trouble], scene: Scene) -> str:
    return words.literal(together([(one.problem, one.assessed) for one in group], scene.said), _PROBLEM)


def _worse(group: Sequence[Trouble], scene: Scene) -> str:
    """Say since when more customers wait than then."""
    told = [one.told for one in group if one.is_worse and one.told]
    return f"; worse since {scene.day(min(told))}" if told else ""


def _who(group: Sequence[Trouble], ids: Sequence[str]) -> str:
    """Say who takes care of it; of several campaigns, of how many."""
    by: dict[str, set[str]] = {}
    for one in group:
        if one.on_it:
            by.setdefault(one.on_it.by, set()).add(one.id)
    of = {person: "it" if len(cared) == len(ids) else f"{_few(len(cared))} of them" for person, cared in by.items()}
    who = [f"<@{words.literal(person, 64)}> is on {what}" for person, what in of.items()]
    return f" · 👤 {listed(who)}" if who else ""


def _few(count: int) -> str:
    return "one" if count == 1 else words.number(count)


def _known(scene: Scene) -> Iterator[str]:
    """Yield what is known, by when it was told: the kinds with the most campaigns, and the number of the others."""
    report = scene.report
    kinds: dict[str, list[Trouble]] = {}
    for group in _groups(report.known, scene):
        for one in group:
            kinds.setdefault(_in_few_words(one.problem), []).append(one)
    largest = sorted(kinds.items(), key=lambda kind: -len({one.id for one in kind[1]}))
    by_day: dict[str, list[str]] = {}
    if report.standing_still and report.standing_still_told:
        by_day[_told([report.standing_still_told], scene)] = ["campaigns that stopped together"]
    for template, troubles in largest[:_KINDS]:
        ids = list(dict.fromkeys(one.id for one in troubles))
        who = scene.named(ids, 1) if len(ids) == 1 else words.amount(len(ids), "campaign")
        told = _told([one.told for one in troubles if one.told], scene)
        by_day.setdefault(told, []).append(template.format(who))
    yield from (f"{listed(said)}{told}" for told, said in by_day.items())
    if beyond := sum(len(troubles) for _, troubles in largest[_KINDS:]):
        yield f"and {words.number(beyond)} more"


def _in_few_words(problem: Problem) -> str:
    of_its_end = _KNOWN_ENDS.get(problem.bad_end) if isinstance(problem, UnusualEnds) else None
    return of_its_end or _KNOWN[problem.kind]


def _told(when: Sequence[datetime], scene: Scene) -> str:
    """Say when it was told, or that it was first told then: `, told Mon`."""
    days = list(dict.fromkeys(scene.day(one) for one in sorted(when)))
    return f", {'first ' if days[1:] else ''}told {days[0]}" if days else ""


def _quiet(scene: Scene) -> tuple[int, str]:
    """Return how many problems are quiet, and until when."""
    quiet = scene.report.quiet
    short = scene.edition.options.short
    untils = sorted(one.until for one in quiet if not (short and isinstance(one.trouble.problem, BrokenTransfers)))
    if not untils:
        return 0, ""
    days = list(
        dict.fromkeys(words.plain_day(one.astimezone(scene.edition.zone), scene.edition.as_of) for one in untils)
    )
    return len(untils), f"until {days[0]}{' or later' if days[1:] else ''}"
