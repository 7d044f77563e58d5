"""The program: a Slack app that shows careCycle campaigns and posts digests of them."""

__version__ = "0.1.0"
