"""Everything that needs files, processes and schedules: the command `bodycopy` and the Prefect flows."""

import time

BEGAN = time.monotonic()
"""When the package was loaded, in seconds on the monotonic clock: in effect, when the command began."""
