"""Why a line went or stayed: what a watched cleaning considered, by how much each model decided, and what was missing."""
