"""The digest message, its form, list and history."""
