"""The campaign card, its details, lists, the comparison and the workflow step."""
