"""Template filters of anomalies."""
