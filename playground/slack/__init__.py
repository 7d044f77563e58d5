"""A stand-in for Slack: the Web API, response_urls and deliveries that the bot sees, and the page people see."""

from playground.slack.slack import Slack

__all__ = ["Slack"]
