"""What carries messages to residents: YIGONGTI_MESSAGES is none, console, file, smtp or a class's dotted path.

Nothing is sent unless the installation says so; the demonstration writes its messages into a file.
"""

from __future__ import annotations

import os

from yigongti.config.settings.base import DATA_FOLDER, DEMO

MESSAGES_SENDER = os.environ.get("YIGONGTI_MESSAGES") or ("file" if DEMO else "none")
MESSAGES_FOLDER = DATA_FOLDER / "messages"

# smtp: a gateway that turns mail into text messages
MESSAGES_MAIL_TO = os.environ.get("YIGONGTI_MESSAGES_MAIL_TO", "{phone}@localhost")
MESSAGES_MAIL_FROM = os.environ.get("YIGONGTI_MESSAGES_MAIL_FROM", "yigongti@localhost")
EMAIL_HOST = os.environ.get("YIGONGTI_MAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("YIGONGTI_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("YIGONGTI_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("YIGONGTI_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("YIGONGTI_MAIL_TLS") == "1"

# where a page for residents sends a visitor
RESIDENT_SIGN_IN = "resident_services:sign_in"

__all__ = [name for name in dir() if name.isupper() and name not in {"DATA_FOLDER", "DEMO"}]
