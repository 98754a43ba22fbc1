"""Tests of systems run on a database of their own (tests/house_database.py)."""

from house_database import account, actor, county, database, database_server, resident, signed_in  # noqa: F401
