"""Build what is shown for connecting to careCycle and disconnecting. At most four characters of a key are shown."""

from datetime import datetime

from blocks import inputs, kit, notices, words
from blocks.kit import Block, Message
from bot.errors import BotError, KeyForbidden, KeyRejected, RateLimited, Unavailable, Unreadable
from bot.records import Account, Connection, Likeness

SAVE, LEAVE, DISCONNECT = "connect.save", "connect.leave", "connect.farewell"
KEY = "key"  # the field's block_id
TITLE = "Connect careCycle"
DISCONNECT_TITLE = "Disconnect careCycle"
_LONGEST = 500  # characters of a key; careCycle's have fewer than a hundred


def form(
    connection: Connection | None,
    metadata: str,
    now: datetime | None = None,
    *,
    other: Account | None = None,
    digests: int = 0,
) -> Block:
    """Build the form for a key. With a connection, the key in use stays in use until the new one is proven.

    Build a modal without a field when the key comes from the environment. `other` is the account of a key that was
    just typed, if it is another one than before; `digests` is how many digests name campaigns of that. `now` is as in
    `words.plain_day`.
    """
    if connection and connection.is_fixed:
        return kit.modal(TITLE, [kit.section(notices.FIXED)])
    warning = [kit.section(_another(other, digests))] if other else []
    stays = " It stays in use until a new key is accepted." if connection and not connection.broken_at else ""
    state = f"{_state(connection, now)}{stays}" if connection else _FIRST
    rows = [*warning, kit.section(state), _field(connection), kit.context(_MAY)]
    if connection:
        rows.append(kit.actions(kit.button("Disconnect …", DISCONNECT, value=metadata[:2000], style="danger")))
    submit = "Replace" if connection else "Connect"
    return inputs.form(TITLE, SAVE, rows, submit=f"{submit} anyway" if other else submit, metadata=metadata)


def done(connection: Connection, account: Account, command: str, *, answered: bool) -> Block:
    """Build the modal shown after a good key. `answered`: earlier requests are being answered now."""
    next_step = (
        "Your earlier command is being answered."
        if answered
        else f"Type `{command}` and a campaign’s name, in any conversation."
    )
    return kit.modal(
        TITLE,
        [
            kit.section(
                f"✅ *Connected to careCycle* with the key ending in `{words.literal(connection.last_four)}`. "
                f"Its account has {_campaigns(account)}. {_LIKENESS[account.likeness]}".rstrip()
            ),
            kit.section(f"Everybody in this workspace can look up these campaigns now. {next_step}"),
        ],
    )


def confirm_disconnect(connection: Connection, metadata: str, now: datetime | None = None) -> Block:
    """Build the form that asks before disconnecting and says what stops. `now` is as in `words.plain_day`."""
    return inputs.form(
        DISCONNECT_TITLE,
        LEAVE,
        [
            kit.section(_state(connection, now)),
            kit.section(
                "*What stops:* until somebody connects again, nobody here can look up campaigns, digests do not go "
                "out, and the cards in channels cannot be refreshed.\n*What stays:* shared cards, digests, "
                "settings, and what readings of your campaigns showed. The key is deleted from this app, but it still "
                "works in careCycle until you revoke it there."
            ),
        ],
        submit="Disconnect",
        metadata=metadata,
    )


def disconnected() -> Block:
    """Build the modal shown after disconnecting."""
    text = "*Disconnected.* The key was deleted from this app. Revoke it in careCycle if nothing else uses it."
    return kit.modal(DISCONNECT_TITLE, [kit.section(text)])


def not_connected() -> Block:
    """Build the modal shown when there is nothing to disconnect."""
    return kit.modal(DISCONNECT_TITLE, [kit.section("This workspace is not connected to careCycle.")])


def broken(connection: Connection, person: str | None) -> Message:
    """Build the message that notifies one person, once, that careCycle refuses the key.

    Unless `person` set the key, the message says that the person who did has left.
    """
    if person == connection.connected_by:
        whose, mending = "you", "Create a new key in careCycle, then press"
    else:
        whose = f"<@{words.literal(connection.connected_by or '', 64)}>, who is no longer here,"
        mending = "A manager creates a new key in careCycle, then presses"
    text = (
        f"careCycle no longer accepts the key ending in `{words.literal(connection.last_four)}` that {whose} set for "
        "this workspace: it was revoked or has expired. Until it is replaced, nobody here can look up campaigns, and "
        f"digests wait. {mending} *Connect a new key*."
    )
    return Message(text, (kit.section(f"⚠️ {text}"), kit.actions(kit.button("Connect a new key", notices.CONNECT))))


def still_broken(connection: Connection, now: datetime) -> Message:
    """Build the message to one more manager, once, when a broken key was not replaced within a day."""
    since = f" since {words.moment(connection.broken_at, now)}" if connection.broken_at else ""
    by = words.literal(connection.connected_by or "", 64)
    text = (
        f"careCycle has not accepted this workspace’s key, ending in `{words.literal(connection.last_four)}`,{since}. "
        f"It was set by <@{by}>, and nobody has replaced it yet. Until then, nobody here can look up campaigns, and "
        "digests wait. You manage this app here: create a new key in careCycle, then press *Connect a new key*."
    )
    return Message(text, (kit.section(f"⚠️ {text}"), kit.actions(kit.button("Connect a new key", notices.CONNECT))))


def refusal(error: BotError, now: datetime) -> str:
    """Say why a key was not kept, for the field it was typed into (plain text)."""
    if isinstance(error, RateLimited):
        wait = words.amount(int(error.retry_after) + 1, "second")
        return f"careCycle’s request limit for this key was reached. Nothing was changed; try again in {wait}."
    if isinstance(error, Unreadable):
        return f"{notices.plain_reason(error, now)} The key may still be fine. Nothing was changed."
    return _REFUSALS.get(type(error)) or notices.plain_reason(error, now)


def wrong_prefix() -> str:
    """Say why a text that cannot be a key was not kept (plain text)."""
    return "A careCycle key begins with cc_. Copy the whole key from careCycle, under Settings, API keys."


def _campaigns(account: Account) -> str:
    """Say how many campaigns an account has, and name one (mrkdwn)."""
    if account.total == 0 or not account.looked_at:
        return "no campaigns yet"
    amount = words.amount(account.total, "campaign") if account.total is not None else "campaigns"
    name = words.literal(account.example, 80)
    return f"{amount}, for example *{name}*" if name else amount


def _another(account: Account, digests: int) -> str:
    """Say what is known of an account that is another one than before (mrkdwn)."""
    looked_at = words.amount(account.looked_at, "campaign")
    part = account.total is None or account.total > account.looked_at
    of = f"are among its {looked_at} most recently changed" if part else "are in it"
    theirs = ""
    if digests:
        name = "digest of this workspace names" if digests == 1 else "digests of this workspace name"
        theirs = f" {words.number(digests)} {name} campaigns of the previous account and would no longer find them."
    return (
        f"⚠️ *This key opens a different account than before:* {_campaigns(account)}. None of the campaigns last listed "
        f"{of}.{theirs} Nothing was changed. If you do want this account, save again."
    )


def _field(connection: Connection | None) -> Block:
    hint = "In careCycle, go to Settings, API keys. A key is shown there only once, when it is created."
    label = "New careCycle key" if connection else "careCycle key"
    return inputs.text(KEY, label, hint=hint, placeholder="cc_…", most=_LONGEST, focus=True)


def _state(connection: Connection, now: datetime | None) -> str:
    by, at = connection.connected_by, connection.connected_at
    set_by = f", set by <@{by}>, {words.moment(at, now)}," if by and at else ""
    shown = f"The key ending in `{words.literal(connection.last_four)}`{set_by}"
    if connection.broken_at:
        return f"⚠️ {shown} *has been refused by careCycle* since {words.moment(connection.broken_at, now)}."
    return f"{shown} is in use."


_LIKENESS: dict[Likeness, str] = {
    "first": "",
    "same": "It is the same account as before.",
    "other": "It is a different account than before.",
    "unknown": "With no campaigns to compare, this app cannot tell whether it is the same account as before.",
}
_FIRST = (
    "Paste a careCycle key. This app checks it with careCycle right away and keeps it, encrypted, only if it works."
)
_MAY = (
    "The key needs permission to *read campaigns* and nothing else, because this app only reads. "
    "Once it is saved, nobody sees more of it than its last four characters."
)
_REFUSALS: dict[type[BotError], str] = {
    KeyRejected: "careCycle does not accept this key: mistyped, revoked, or expired (trial keys end after 14 days).",
    KeyForbidden: (
        "This key lacks the permission to read campaigns. Create one in careCycle that has it, and paste that one here."
    ),
    Unavailable: "careCycle did not answer in time, so nothing was changed. Press the button again in a moment.",
}
