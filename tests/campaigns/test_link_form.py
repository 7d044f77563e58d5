"""The form of the links to campaigns, read out of one link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.ids import Links
from bot.campaigns.link_form import MOST, form_of
from tests.conftest import AEP

LINKS = Links("https://app.carecycle.ai/campaigns")
HOST, OTHER = "https://app.carecycle.ai", "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"


@pytest.mark.parametrize(
    ("link", "form"),
    [
        (f"{HOST}/campaigns/{AEP}", f"{HOST}/campaigns/{{id}}"),
        (f"{HOST}/campaigns/{AEP.upper()}/", f"{HOST}/campaigns/{{id}}"),
        (f"{HOST}/app/campaigns/{AEP}/call-flow", f"{HOST}/app/campaigns/{{id}}/call-flow"),
        (f"{HOST}/campaigns/{AEP}?token=secret#access_token=secret", f"{HOST}/campaigns/{{id}}"),
        (f"{HOST}/org/{OTHER}/campaigns/{AEP}", f"{HOST}/org/{OTHER}/campaigns/{{id}}"),
    ],
)
def test_the_path_shows_it_and_the_accounts_own_id_may_stand_in_it(link: str, form: str) -> None:
    assert form_of(link, AEP, LINKS, {OTHER}) == form


@pytest.mark.parametrize(
    "link",
    [
        f"https://evil.example/campaigns/{AEP}",
        f"http://app.carecycle.ai/campaigns/{AEP}",
        f"https://someone:secret@app.carecycle.ai/campaigns/{AEP}",
        f"https://app.carecycle.ai:8443/campaigns/{AEP}",
        f"{HOST}/campaigns?id={AEP}",
        f"{HOST}/#/campaigns/{AEP}",
        f"{HOST}/campaigns/{OTHER}",
        f"{HOST}/campaigns/{AEP}/{AEP}",
        f"{HOST}/campaigns/aep-{AEP}",
        f"{HOST}/org/{OTHER}/campaigns/{AEP}",
        f"{HOST}/org/4711/campaigns/{AEP}",
        f"{HOST}/campaigns/{AEP}/calls/2125550143",
        f"{HOST}/customers/{AEP}",
        f"{HOST}/campaigns/{AEP}/customers",
        f"{HOST}/campaigns/{AEP}/Customers-list",
        f"{HOST}/t/eyJhbGciOiJIUzI1NiJ9/campaigns/{AEP}",
        f"{HOST}/dana%40example.com/campaigns/{AEP}",
        f"{HOST}/{'/'.join(['campaigns'] * 20)}/{AEP}",
        f"{HOST}/campaignſ/{AEP}",  # a long s, which some programs take for an s
        f"https://[/campaigns/{AEP}",
        "",
    ],
)
def test_a_link_that_may_hold_more_than_the_place_of_a_campaign_shows_none(link: str) -> None:
    assert form_of(link, AEP, LINKS) is None


@given(st.text(max_size=80), st.text(max_size=40))
def test_whatever_is_pasted_a_form_holds_the_id_once_and_only_plain_words(before: str, behind: str) -> None:
    form = form_of(f"{HOST}/{before}/{AEP}{behind}", AEP, LINKS)
    if form is not None:
        assert form.startswith(f"{HOST}/")
        assert len(form) <= MOST
        assert form.count("{id}") == 1
        assert LINKS.of(form).to(OTHER) == form.replace("{id}", OTHER)
        assert (
            form.replace("{id}", "")
            .removeprefix("https:")
            .replace("/", "")
            .replace(".", "")
            .replace("-", "")
            .replace("_", "")
            .isalpha()
        )


@pytest.mark.parametrize("own", ["", "https://evil.example/{id}", f"{HOST}/campaigns"])
def test_a_form_of_another_host_or_without_a_place_for_the_id_does_not_count(own: str) -> None:
    assert LINKS.of(own) == LINKS
    assert not LINKS.of(own).open_campaigns


def test_a_workspaces_own_form_wins_and_the_list_stays_where_it_was() -> None:
    own = LINKS.of(f"{HOST}/app/c/{{id}}")
    assert own.to(AEP) == f"{HOST}/app/c/{AEP}"
    assert (own.home, own.open_campaigns) == (f"{HOST}/campaigns", True)
    assert own.campaign_in(f"{HOST}/app/c/{AEP}/{OTHER}") == AEP
