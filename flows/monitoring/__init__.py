"""What Prefect's pages show of a run, and warn of: artifacts, progress, statistics by site, drift."""
