"""Link previews, and why there is none."""
