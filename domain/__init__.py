"""What Fieldpost knows: models and pure rules. No telegram, no SQL, no clock, no I/O."""
