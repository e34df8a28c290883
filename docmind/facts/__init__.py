"""What a text states about who, when, how much, and what words mean, found by rules."""
