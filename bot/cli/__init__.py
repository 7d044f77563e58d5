"""The `campaign-bot` commands for operators."""
