"""Applications, templates, middleware, static files and logging.

An application is a package of kernel, systems, processes or interfaces that has an `apps.py`: a new system is a new
folder, nothing is registered in a second place.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from yigongti.config.paths import CHECKOUT, data_folder, policy_folder

DATA_FOLDER = data_folder()
POLICY_FOLDER = policy_folder()
PUBLISHED_POLICY = DATA_FOLDER / "policy"  # what the county has published, laid over it
PACKAGE = Path(__file__).resolve().parents[2]

DEBUG = False
ROOT_URLCONF = "yigongti.config.urls"
WSGI_APPLICATION = "yigongti.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The command line starts and stops the database through this name, because interfaces must not import config.
DATABASE_SERVER = "yigongti.config.database_server.server"


def own_applications() -> list[str]:
    """The product's Django applications, kernel first, in the order of the layers."""
    return [
        f"yigongti.{layer}.{folder.parent.name}"
        for layer in ("kernel", "systems", "processes", "interfaces")
        for folder in sorted((PACKAGE / layer).glob("*/apps.py"))
    ]


INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "procrastinate.contrib.django",
    *own_applications(),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yigongti.interfaces.site.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yigongti.kernel.access.middleware.Scoped",  # who asks; the whole response inside their scope
    "yigongti.interfaces.site.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yigongti.interfaces.site.middleware.Errors",  # an error of ours becomes a page that says what to do
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "yigongti.interfaces.site.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "yigongti.kernel.presentation.templatetags.presentation",
            ],
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_FOLDER / "static"
STATIC_ROOT.mkdir(exist_ok=True)
_charts = find_spec("instaui_echarts")  # found, not imported: only its ECharts file is wanted
assert _charts and _charts.origin, "the package instaui-echarts is not installed"
STATICFILES_DIRS = [("echarts", Path(_charts.origin).parent / "static")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600

UPLOAD_FOLDER = DATA_FOLDER / "uploads"
LAKE_ROOT = os.environ.get("YIGONGTI_LAKE", str(DATA_FOLDER / "lake"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

# The banner "demonstration" stands on every page when the county is invented.
DEMO = (DATA_FOLDER / "demo").exists() or os.environ.get("YIGONGTI_DEMO") == "1"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("YIGONGTI_LOG_LEVEL", "WARNING")},
    "loggers": {
        # a wrong address is the visitor's error, not ours
        "django.request": {"level": "ERROR"},
    },
}

__all__ = [name for name in dir() if name.isupper()] + ["CHECKOUT"]
