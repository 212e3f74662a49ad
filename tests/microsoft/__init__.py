"""A stand-in for Microsoft at the network edge: keys, tokens, connector, limits, mishaps."""
