"""Look-ups: bounded questions about one revision, answered from its projection."""
