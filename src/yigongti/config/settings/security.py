"""Secrets, sessions, cookies and what a browser is told."""

from __future__ import annotations

import os

from yigongti.config.paths import data_folder
from yigongti.config.secret_key import secret_key

SECRET_KEY = secret_key(data_folder())
ALLOWED_HOSTS = os.environ.get("YIGONGTI_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("YIGONGTI_ORIGINS", "").split(",") if o]
# the address under which people reach the product: it stands on letters that are checked with a telephone
PUBLIC_ADDRESS = (os.environ.get("YIGONGTI_ADDRESS") or [*CSRF_TRUSTED_ORIGINS, "http://127.0.0.1:8000"][0]).rstrip("/")
# behind a reverse proxy that speaks https: YIGONGTI_HTTPS=1
HTTPS = os.environ.get("YIGONGTI_HTTPS") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# how many proxies of our own stand before us: the address of a visitor is read that many places from the right
TRUSTED_PROXIES = int(os.environ.get("YIGONGTI_TRUSTED_PROXIES", "0"))

SESSION_COOKIE_NAME = "yigongti_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "yigongti.interfaces.site.error_pages.form_expired"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # the reverse proxy redirects to https, not we
]

__all__ = [name for name in dir() if name.isupper()]
