"""The Web API's methods about people, each from a call to Slack's answer."""

from playground.slack.call import ApiError, Args, Call
from playground.slack.workspace import BOT_ID, BOT_NAME, Person, SlackWorkspace

_PAGE = 200  # people, when the call names no limit


def users_info(call: Call) -> Args:
    """A person of the workspace, or one who is there by way of a shared channel."""
    person = call.workspace.person(call.text("user"))
    if person is None:
        raise ApiError("user_not_found")
    locale = {"locale": person.locale} if call.flag("include_locale") and not person.deleted else {}
    return {"user": {**_user(call.workspace, person), **locale}}


def users_list(call: Call) -> Args:
    """Everybody of the workspace, those whose account was deactivated and the bot too, a page at a time."""
    bot = {"id": BOT_ID, "name": BOT_NAME, "team_id": call.workspace.team_id, "deleted": False, "is_bot": True}
    everybody = [*(_user(call.workspace, person) for person in call.workspace.people.values()), bot]
    begin, size = _number(call, "cursor", 0), _number(call, "limit", _PAGE) or _PAGE
    end = begin + size
    more = {"next_cursor": str(end) if end < len(everybody) else ""}
    return {"members": everybody[begin:end], "response_metadata": more}


def _user(workspace: SlackWorkspace, person: Person) -> Args:
    kind = {"deleted": person.deleted, "is_bot": person.is_bot}
    user = {"id": person.id, "name": person.name, "real_name": person.name, "team_id": person.team_id, **kind}
    if person.deleted:  # of them Slack tells neither what they were nor where they lived
        return user
    flags = {
        "is_owner": person.role == "owner",
        "is_admin": person.role in ("owner", "admin"),
        "is_restricted": person.role == "guest",
        "is_stranger": workspace.is_outsider(person.id),
    }
    return {**user, **flags, "tz": person.tz, **_in_organization(workspace, person)}


def _in_organization(workspace: SlackWorkspace, person: Person) -> Args:
    if workspace.enterprise_id is None:
        return {}
    enterprise = {"enterprise_id": workspace.enterprise_id, "enterprise_name": workspace.enterprise_name}
    roles = {"is_admin": False, "is_owner": False}  # of the organization; of the workspace they stand above
    return {"enterprise_user": {"id": person.id, **enterprise, **roles, "teams": [person.team_id]}}


def _number(call: Call, name: str, default: int) -> int:
    text = call.text(name)
    if text and not text.isdecimal():
        raise ApiError("invalid_cursor" if name == "cursor" else "invalid_arguments")
    return int(text) if text else default
