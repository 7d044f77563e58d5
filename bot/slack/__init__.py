"""Every way in from Slack."""
