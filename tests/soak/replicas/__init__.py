"""Several replicas over one PostgreSQL, with figures: `python -m tests.soak.replicas`."""
