"""What runs: command line, composition root, inbox, outbox, scheduler."""
