"""A Slack app that shows careCycle campaigns and posts digests of them. Start with docs/architecture.md."""

__version__ = "0.1.0"
