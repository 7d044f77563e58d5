"""Say what surely needs a person in an account whose readings are switched off: read it now, and keep nothing."""

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.campaigns.figures import Figures
from bot.carecycle.rate_limit import Asker
from bot.digests.digest import CampaignFilter
from bot.insight.assessment import Assessment
from bot.insight.facts import assessment_of_facts
from bot.workspaces.known_rows import transfer_findings
from bot.workspaces.workspace import Workspace

_MOST = 10_000  # campaigns; more are left out
_ZONE = ZoneInfo("America/New_York")  # as long as nothing says in which zone the account is


async def facts_now(workspace: Workspace) -> Assessment:
    """Read the active campaigns and the transfers of at most ten more of them, and return what is surely wrong.

    Raise NotConnected or a CareCycleError, also when only a part of the list could be read.
    """
    gathered = await workspace.digest_figures(CampaignFilter(status="active"), _MOST, asker=Asker.PERSON)
    if gathered.problem:
        raise gathered.problem
    campaigns = await _with_transfers(workspace, gathered.campaigns)
    return assessment_of_facts(campaigns, gathered.as_of, _ZONE)


async def _with_transfers(workspace: Workspace, campaigns: Mapping[str, Figures]) -> dict[str, Figures]:
    unseen = [id_ for id_, one in campaigns.items() if one.findings is None]
    found = await transfer_findings(workspace, unseen)
    return {id_: replace(one, findings=found.get(id_, one.findings)) for id_, one in campaigns.items()}
