"""What Fieldpost keeps: the only SQL. A shelf never commits by itself."""
