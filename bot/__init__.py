"""The service that lives in Teams: activities in, cards out, clock and delivery."""
