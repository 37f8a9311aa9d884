"""Reports of a week or month: content, PDF, schedule, downloads."""
