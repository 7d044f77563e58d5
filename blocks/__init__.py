"""How messages and modals look: functions from values to Block Kit, without I/O."""
