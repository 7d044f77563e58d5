"""The HTTP server: limits on clients, Slack's signature, and what is served at which address."""
