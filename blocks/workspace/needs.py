"""Build what needs a person on the App Home, and what is quiet, as the account's last reading showed it."""

from collections.abc import Iterator, Sequence

from blocks import kit, words
from blocks.campaigns import quiet, quiet_buttons, times
from blocks.campaigns.campaign import CHECK
from blocks.campaigns.problems import Wording, account_wide, ordered, sentence, wording
from blocks.campaigns.unjudged import unjudged
from blocks.kit import Block
from blocks.workspace.home_state import Home
from bot.insight.assessment import Assessed, Current
from bot.insight.problems import Problem
from bot.insight.quiet import all_quiet, quiet_of

ON_IT, LIFT = "home.on_it", "home.lift"
_SHOWN = 5  # campaigns
_SAID = 3  # problems of one campaign

_Needing = tuple[str, Assessed]  # a campaign's id, and the campaign


def needs(home: Home, current: Current) -> Iterator[Block]:
    """Yield the account's trouble and its first campaigns that need a person, most customers waiting first."""
    assessment, said = current.assessment, wording(current.assessment, home.now, waiting=False)
    found, is_more_quiet = _needing(current, home)
    everywhere = account_wide(assessment, said)
    yield kit.header("What needs you")
    if everywhere:
        yield kit.section(f"🔴 *{everywhere}*{_who(current, '', said)}")
        if home.is_full_member and (button := _on_it("", current, home)):
            yield kit.actions(button)
    for one in found[:_SHOWN]:
        yield kit.section(_row(one, current, said, home))
        yield kit.actions(*_buttons(one, current, home))
    if not found and not everywhere:
        nothing = "Nothing was found" if unjudged(assessment) else "Nothing"
        of = " in campaigns" if home.stopped else ""
        but = " but what is quiet" if is_more_quiet else ""
        yield kit.section(f"{nothing}{of}{but}.")
    if len(found) > _SHOWN:
        yield kit.actions(
            kit.button(f"All {words.amount(len(found), 'campaign')}", quiet_buttons.SHOW, value=quiet_buttons.ACCOUNT)
        )
    if count := assessment.not_looked_at:
        yield kit.context(f"transfers of {words.amount(count, 'campaign')} not looked at yet")


def quieted(home: Home, current: Current) -> Iterator[Block]:
    """Yield what is quiet until when, the first to end first, with a button to lift it."""
    found = [(id_, one, problems, each) for id_, one, problems, each in all_quiet(current, home.now) if problems]
    if not found:
        return
    zone = current.assessment.zone
    yield kit.header("Quiet")
    for id_, one, problems, each in found[:_SHOWN]:
        kind = problems[0].kind
        lift = kit.button("End quiet", LIFT, value=quiet_buttons.place(id_, kind)) if home.is_full_member else None
        text = f"*{quiet.name(id_, one)}*: {quiet_buttons.KINDS[kind]}\n🔕 {quiet.until(each, zone, home.now)}"
        yield kit.section(text, button=lift)
    if len(found) > _SHOWN:
        yield kit.actions(
            kit.button(
                f"All {words.number(len(found))} quiet problems", quiet_buttons.SHOW, value=quiet_buttons.QUIETED
            )
        )


def _needing(current: Current, home: Home) -> tuple[Sequence[_Needing], bool]:
    """Return the campaigns with problems that are not quiet, and whether any has more, which are."""
    found = current.assessment.needing_a_person()
    if not current.quiet:
        return found, False
    told = [(id_, one, _told(id_, one, current, home)) for id_, one in found]
    return [one[:2] for one in told if one[2]], any(len(kept) < len(one.problems) for _, one, kept in told)


def _told(campaign_id: str, one: Assessed, current: Current, home: Home) -> list[Problem]:
    """Return the problems that are not quiet."""
    return [problem for problem in one.problems if quiet_of(current, campaign_id, problem, home.now) is None]


def _row(found: _Needing, current: Current, said: Wording, home: Home) -> str:
    campaign_id, one = found
    told = _told(campaign_id, one, current, home)
    problems = [problem for problem in ordered(one) if problem in told]
    waiting = f"  ·  {words.number(one.left)} waiting" if one.left is not None and one.left >= 0 else ""
    lines = [sentence(problem, one, said) for problem in problems]
    more = (f"and {words.number(len(lines) - _SAID)} more",) if len(lines) > _SAID else ()
    listed = "".join(f"\n•  {line}" for line in (*lines[:_SAID], *more))
    return f"*{quiet.name(campaign_id, one)}*{waiting}{listed}{_who(current, campaign_id, said)}"


def _buttons(found: _Needing, current: Current, home: Home) -> Iterator[Block]:
    yield kit.button("Check", CHECK, value=found[0])
    if home.is_full_member:
        if button := _on_it(found[0], current, home):
            yield button
        yield kit.button("Quiet until …", quiet_buttons.OPEN, value=quiet_buttons.of_campaign(found[0]))


def _on_it(campaign_id: str, current: Current, home: Home) -> Block | None:
    """Build the button; None where somebody else is on it."""
    on_it = current.on_it.get(campaign_id)
    if on_it and on_it.by != home.user:
        return None
    return kit.button(
        "No longer on it" if on_it else "I’m on it",
        ON_IT,
        value=quiet_buttons.taking(campaign_id, on_it),
    )


def _who(current: Current, campaign_id: str, said: Wording) -> str:
    """Say who takes care of it (mrkdwn). Empty when nobody does."""
    on_it = current.on_it.get(campaign_id)
    return f"\n👤 <@{words.literal(on_it.by, 64)}> has been on it since {times.moment(on_it.at, said)}" if on_it else ""
