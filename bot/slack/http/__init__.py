"""What the bot serves over HTTP: Slack's requests, the installation, health checks and metrics."""
