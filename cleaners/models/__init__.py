"""Learned models: gradient-boosted trees, read from JSON and evaluated with numpy."""
