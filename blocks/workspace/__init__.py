"""Help, connecting, settings and App Home."""
