"""Name what could not be judged of an account: nothing found there is not the same as nothing wrong."""

from collections import Counter
from collections.abc import Iterator

from blocks import words
from blocks.card_options import WHOLE, CardOptions
from bot.insight.assessment import Assessed, Assessment

# What is said of the kinds of problems, and the kinds: the first that could not be judged speaks for the campaign.
_TOPICS = {
    "Failures": ("unusual_ends",),
    "Pace": ("standing_still", "slow"),
    "When the list is empty": ("runs_empty", "unreached"),
}
_WHY = {
    "short_history": ("cannot be judged yet", "less than three days of readings so far"),
    "unseen_weekday": ("cannot be judged yet", "no readings of this weekday before today"),
    "few_calls": ("cannot be judged", "too few calls lately"),
    "gap": ("cannot be judged right now", "readings are missing"),
    "reset": ("cannot be judged right now", "careCycle’s counts went down"),
    "no_data": ("cannot be judged", "careCycle does not send the numbers"),
}
_MOST = 3  # sentences on what history does not say
_OFF = "Unusual numbers are not judged, because readings are switched off"


def unjudged(assessment: Assessment, options: CardOptions = WHOLE, *, readings: bool = True) -> tuple[str, ...]:
    """Say what could not be judged, each in a sentence without its full stop (mrkdwn). Empty when all was.

    `readings`: the account is read regularly; without that only facts are known.
    """
    return tuple(_said(assessment, options, readings=readings))


def of_active(assessment: Assessment) -> str:
    """Say of how many campaigns nothing was found: ` (9 active campaigns)`, or `: no campaign is active`."""
    active = sum(one.status == "active" for one in assessment.campaigns.values())
    return f" ({words.amount(active, 'active campaign')})" if active else ": no campaign is active"


def _said(assessment: Assessment, options: CardOptions, *, readings: bool) -> Iterator[str]:
    if not readings:
        yield _OFF
    if assessment.not_looked_at and not options.short:  # what is known of transfers is for the company only
        yield f"Transfers of {words.amount(assessment.not_looked_at, 'campaign')} not looked at yet"
    if not readings:
        return
    counted = Counter(found for one in assessment.campaigns.values() for found in _topics(one))
    for (topic, why), campaigns in counted.most_common(_MOST):
        judged, because = _WHY[why]
        yield f"{topic} {judged} for {words.amount(campaigns, 'campaign')}: {because}"


def _topics(one: Assessed) -> Iterator[tuple[str, str]]:
    """Yield what could not be judged of a campaign, and why. Where its pace was not, its empty list goes without."""
    for topic, kinds in _TOPICS.items():
        whys = [one.unjudged[kind].why for kind in kinds if kind in one.unjudged]
        if whys:
            yield topic, whys[0]
        if whys and topic == "Pace":
            return
