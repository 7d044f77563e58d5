"""Moves the clock of a process of a test run on another day (`machine_clock.py`), before anything reads it."""

import os
import time

import time_machine

moved = time.time() + float(os.environ["TEST_CLOCK_AHEAD"])  # machine_clock: tests are not importable here
time_machine.travel(moved, tick=True).start().time_ns()  # runs from its first reading on
