"""`python -m bot` is `fieldpost`."""

from bot.cli import main

main()
