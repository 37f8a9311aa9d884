"""Figures, each a ratio against a raw limit or a peer measured in the same run. Never part of the tests."""
