"""All tests compute everything themselves: none finds what another one, or the user's own runs, left in a cache."""

import os

os.environ["BODYCOPY_CACHE"] = ""
