"""A Slack app that turns a careCycle campaign id into a card; docs/architecture.md shows the way in."""

__version__ = "0.1.0"
