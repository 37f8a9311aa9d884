"""Pages of energy."""
