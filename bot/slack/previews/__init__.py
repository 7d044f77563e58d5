"""Link previews: when one is shown, the details pane, mute, unmute and why."""
