"""Lines that only their context decides: what is known of a text's lines, and what that says in words."""
