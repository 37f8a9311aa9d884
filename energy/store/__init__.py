"""The reading store this installation uses."""
