"""The proof of row security needs the database (tests/house_database.py)."""

from house_database import account, actor, county, database, database_server, signed_in  # noqa: F401
