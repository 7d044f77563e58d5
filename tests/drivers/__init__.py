"""The helpers that tests share, by what they do (docs/architecture.md lists them)."""
