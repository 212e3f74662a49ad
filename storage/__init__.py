"""What we remember: tables and the questions asked of them. Knows nothing of chat."""
