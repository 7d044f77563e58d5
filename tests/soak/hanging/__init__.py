"""The real program while something it needs, or somebody who asks, hangs: `python -m tests.soak.hanging`."""
