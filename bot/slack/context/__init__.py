"""What a listener works with: the interaction, the services, people, channels and tokens."""
