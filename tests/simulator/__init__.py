"""Weeks of readings of made-up campaigns, healthy or with known troubles, to judge the rules of `bot/insight` by."""
