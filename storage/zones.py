"""Time zones that stand anywhere in the database."""

import sqlite3


def list_used(db: sqlite3.Connection) -> list[str]:
    """Each once, in order."""
    rows = db.execute(
        "SELECT time_zone FROM person UNION SELECT own_time_zone FROM person WHERE own_time_zone IS NOT NULL"
        " UNION SELECT time_zone FROM meeting ORDER BY 1"
    )
    return [row[0] for row in rows]
