"""The markup of a page: its visible blocks, their features, and the verdict on each: body or not, and why."""
