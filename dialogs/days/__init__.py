"""Which days does a typed line mean? Used wherever people write dates in their own way."""
