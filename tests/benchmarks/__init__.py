"""Benchmarks: Vertti beside a stock bot and its successor, on one machine, in one run."""
