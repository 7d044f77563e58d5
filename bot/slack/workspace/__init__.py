"""Connecting careCycle, the settings, and App Home."""
