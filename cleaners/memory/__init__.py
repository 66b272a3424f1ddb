"""Site memory: what other documents and earlier runs reveal about sites, their repeated segments, and openings of stories."""
