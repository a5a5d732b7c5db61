"""Runnable benchmarks: each prints one table, with ratios against a floor of the same run."""
