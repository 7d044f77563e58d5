"""A Slack workspace with its careCycle account: the only way to read campaigns."""
