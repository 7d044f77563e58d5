"""Names of digests are outside text, too: whatever they are, nothing in them mentions, links or formats."""

from dataclasses import replace

from hypothesis import given, settings

from blocks.digests import form as digest_form
from blocks.digests import history as digest_history
from blocks.digests import listing as digest_listing
from blocks.digests.listed import Listed
from blocks.digests.listing import Note
from blocks.kit import Block, Message
from bot.digests.digest import Digest
from tests.drivers.markup import NASTY, markup
from tests.samples.cards import assert_slack_takes
from tests.samples.digest_modals import DIGEST, NEW, NOW, PAUSED, ROWS, STATUSES, WELL, keeper, listing


def _everything(digest: Digest) -> list[Message | Block]:
    paused = replace(PAUSED, name=digest.name)
    return [
        listing(digest, paused, note=Note(digest_listing.sent_note(digest))),
        digest_listing.paused(keeper(paused), NOW),
        digest_history.modal(keeper(digest), ROWS, "{}", NOW, note=digest_history.again(digest, began=True)),
        digest_history.failed_notice(Listed(digest), "is_archived", NOW, run="r"),
        digest_history.failed_notice(Listed(digest), "unconfirmed", NOW, run="r"),
        digest_history.handed_over(Listed(digest), "U09GONE", NOW),
        digest_form.saved(paused, (), NOW, "{}"),
        digest_form.form(replace(NEW, name=digest.name), WELL, "{}", STATUSES, new=False),
    ]


@given(NASTY)
@settings(max_examples=100, deadline=None)
def test_nothing_in_a_digests_name_mentions_links_or_formats(nasty: str) -> None:
    plain = _everything(replace(DIGEST, name="x"))
    for shown, usual in zip(_everything(replace(DIGEST, name=f"{nasty}x")), plain, strict=True):
        assert_slack_takes(shown)
        assert markup(shown) == markup(usual)


def test_a_name_of_any_length_fits() -> None:
    for shown in _everything(replace(DIGEST, name="é" * 255)):
        if not (isinstance(shown, dict) and shown.get("callback_id")):  # the form itself takes sixty characters
            assert_slack_takes(shown)
