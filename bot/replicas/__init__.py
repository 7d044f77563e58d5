"""Let any number of processes behave as one program."""
