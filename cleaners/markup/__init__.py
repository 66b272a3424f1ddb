"""A page's markup: its visible blocks, what the page knows of each, and the verdict on each: body or not, and why."""
