"""When may we disturb somebody? Used by everything that is sent unasked."""
