"""The memory: what other documents and earlier runs know of sites, segments and the beginnings of stories."""
