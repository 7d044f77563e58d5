"""What a digest is and when it is due: values and rules, without I/O."""
