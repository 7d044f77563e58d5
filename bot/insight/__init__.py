"""What needs a person: readings of an account judged by each campaign's own past, without I/O."""
