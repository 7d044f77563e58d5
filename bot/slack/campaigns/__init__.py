"""Cards, search, buttons, mentions, shortcuts, threads and the workflow step."""
