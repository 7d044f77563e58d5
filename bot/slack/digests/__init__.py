"""The digest form, list, buttons and history, and what a delivery needs from Slack."""
