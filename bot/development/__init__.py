"""What helps while developing Vertti, and is no part of what is deployed."""
