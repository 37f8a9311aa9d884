"""Pages of anomalies and alerts."""
