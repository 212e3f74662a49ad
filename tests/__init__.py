"""Mirrors bot, dialogs and storage; stories/ go from the clock to the pressed button."""
