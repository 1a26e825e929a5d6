"""What the coordination desk does: one function an act. Acts run inside the caller's transaction and never commit."""
