"""Say in one sentence where a transferred call goes, and find what is wrong with the transfers, without I/O.

A sentence is a tuple of strings. Text from outside is a `Name` or a `Value` in it, so that the card can escape
and mark it. A finding names the field that decides it, as the API spells it.
"""

from bot.campaigns.routing.agents import active_agents
from bot.campaigns.routing.diagnosis import Verdict, destination_is_missing, findings, verdict
from bot.campaigns.routing.finding import Finding, Kind, Weight
from bot.campaigns.routing.outline import outline
from bot.campaigns.routing.phrases import Name, Sentence, Value, count, last_digits, plain, plural
from bot.campaigns.routing.sentence import summary

__all__ = [
    "Finding",
    "Kind",
    "Name",
    "Sentence",
    "Value",
    "Verdict",
    "Weight",
    "active_agents",
    "count",
    "destination_is_missing",
    "findings",
    "last_digits",
    "outline",
    "plain",
    "plural",
    "summary",
    "verdict",
]
