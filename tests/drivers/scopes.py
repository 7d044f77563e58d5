"""Grant the app optional scopes in a world that runs, as a new installation of it would."""

from playground.world import World


async def grant(here: World, *scopes: str) -> None:
    """Grant scopes to the app whose token is in the environment, and let the bot ask Slack for them again."""
    here.slack.api.allow(*scopes)
    own = here.bot.services.authorize.own
    assert own, "this world has no token in its environment"
    await own.learn()
