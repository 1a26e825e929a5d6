"""What is derived from the token."""

import hashlib
import hmac


def webhook_secret(token: str) -> str:
    """What Telegram shows us with every update: nobody can tell it who does not know the token."""
    return hmac.new(token.encode(), b"fieldpost webhook", hashlib.sha256).hexdigest()
