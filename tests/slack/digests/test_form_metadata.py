"""What the form of a digest carries: whatever is filled in, Slack takes it, and nothing that has room is lost."""

from hypothesis import given
from hypothesis import strategies as st

from blocks.digests.form_fields import Filled
from blocks.digests.list_page import ListPage
from bot.slack.digests.draft import metadata
from bot.slack.digests.form_values import Editing
from bot.slack.surfaces.modal_state import ModalState, fits

_TYPED = st.text(st.sampled_from('a"\\\x7f é💣'), max_size=100).map(lambda text: text[:100])
_URL = "https://hooks.slack.com/actions/T01SUNRISE/1234567890123/abcdefghijklmnopqrstuvwx"
_IDS = [f"{number:08}-6276-4993-bfeb-53cbbbba6f08" for number in range(10)]


def about(words: str) -> Editing:
    where = ListPage(everywhere=True, words=words, start=990).value()
    origin = ModalState("T01SUNRISE", "E01ENTERPRISE", "C02STANDUP", response_url=_URL, about=where)
    return Editing(origin, "2cd4b5cf2639455b", owner="U01OWNER", over="U02ADMIN")


@given(_TYPED, _TYPED, _TYPED, _TYPED, st.text(st.sampled_from('a"💣'), max_size=75))
def test_slack_takes_what_it_carries(words: str, times: str, cron: str, typed: str, name: str) -> None:
    for often in ("cron", "days"):
        filled = Filled(
            "Mornings", "C02STANDUP", "UTC", place="me", often=often,
            words=typed, times=times, cron=cron, picked=dict.fromkeys(_IDS, name),
        )  # fmt: skip
        carried = metadata(about(words), filled)
        assert fits(carried)
        kept = Editing.read(carried).hidden
        assert (kept.words, kept.channel) == (typed, "C02STANDUP")


def test_campaigns_of_ordinary_names_are_kept() -> None:
    picked = dict.fromkeys(_IDS, "Medicare Advantage, Annual Enrollment Period 2027, Northeast")
    filled = Filled("Mornings", "C02STANDUP", "UTC", kind="active", picked=picked)
    assert Editing.read(metadata(about("aca"), filled)).hidden.picked == picked
