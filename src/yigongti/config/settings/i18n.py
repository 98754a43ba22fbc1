"""Languages and time: Chinese first, English complete; instants are kept in UTC and shown in Asia/Shanghai."""

from yigongti.config.settings.base import PACKAGE

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "yigongti_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
# an application's own `locale` is found by itself; that of packages which are not applications is named here
LOCALE_PATHS = [
    folder
    for layer in ("kernel", "systems", "processes", "interfaces")
    for folder in sorted((PACKAGE / layer).glob("*/locale"))
    if not (folder.parent / "apps.py").exists()
]

__all__ = ["LANGUAGES", "LANGUAGE_CODE", "LANGUAGE_COOKIE_NAME", "LOCALE_PATHS", "TIME_ZONE", "USE_I18N", "USE_TZ"]
