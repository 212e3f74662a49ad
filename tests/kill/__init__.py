"""Real processes, killed at random moments (make kill)."""
