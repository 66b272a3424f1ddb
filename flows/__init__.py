"""All that needs files, processes and schedules: the command `bodycopy` and the Prefect flows."""

import time

BEGAN = time.monotonic()
"""When the first of it was loaded, by the monotonic clock: as good as when the command began."""
