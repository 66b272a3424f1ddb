"""What Prefect's UI shows of a run, and what it warns of: artifacts, progress, statistics by site, drift."""
