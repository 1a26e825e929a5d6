"""The bot's own name, which invitation links need."""

import asyncio
import sqlite3

from telegram import Bot
from telegram.error import TelegramError

from bot.cli_door import fail, tongues_of, transaction
from bot.config import Config
from storage import notes
from texts import console


def learn_username(config: Config, db: sqlite3.Connection) -> str:
    """From the configuration, from what the bot noted when it ran, else from Telegram; ends the command if unknown."""
    if config.telegram.username:
        return config.telegram.username
    if noted := notes.read(db, "bot_username"):
        return noted
    t = tongues_of(config).default
    if not config.has_token:
        fail(console.username_unknown(t))
    try:
        username = asyncio.run(_ask(config))
    except TelegramError as error:
        fail(console.telegram_unreachable(t, type(error).__name__))  # the error's text may hold the token
    with transaction(db):
        notes.write(db, "bot_username", username)
    return username


async def _ask(config: Config) -> str:
    bot = Bot(config.token(), base_url=f"{config.telegram.api_base_url}/bot")
    try:
        return (await bot.get_me()).username or ""
    finally:
        await bot.shutdown()
