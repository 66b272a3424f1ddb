"""All that needs files, processes and schedules: the command `bodycopy` and the Prefect flows."""
