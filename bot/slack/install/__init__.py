"""*Add to Slack*, uninstalling, and the daily check of installations."""
