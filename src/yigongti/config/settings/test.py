"""Settings of the tests: an embedded database of their own in a temporary folder, quick hashes, no manifest.

The folder's name is settled here, before anything runs; tests/systems/conftest.py starts the server when a test asks
for it, so that unit and engine tests need no database.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
_known = os.environ.get("YIGONGTI_TEST_WORKER") == _worker and "YIGONGTI_TEST_DATA" in os.environ
if not _known:  # each worker has its own; its child processes share it
    os.environ["YIGONGTI_TEST_WORKER"] = _worker
    os.environ["YIGONGTI_TEST_DATA"] = tempfile.mkdtemp(prefix="yigongti-test-")
    Path(os.environ["YIGONGTI_TEST_DATA"]).chmod(0o755)
    atexit.register(shutil.rmtree, os.environ["YIGONGTI_TEST_DATA"], ignore_errors=True)
os.environ["YIGONGTI_DATA"] = os.environ["YIGONGTI_TEST_DATA"]
os.environ.pop("DATABASE_URL", None)
# one secret for all workers, so that a database which one of them prepared opens for the others (tests/prepared.py)
_secret = Path(os.environ["YIGONGTI_TEST_DATA"]) / "secret_key"
if not _secret.exists():
    _secret.write_text("the-secret-of-the-tests-guards-nothing-at-all", encoding="ascii")

from yigongti.config.settings.product import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
