"""What a campaign is: careCycle's fields and the rules about them, without I/O."""
