"""What surrounds a job: logs, progress, files, errors. No result depends on it."""
