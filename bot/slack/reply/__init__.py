"""How one answer reaches Slack: in the ack, by response_url, or in the background."""
