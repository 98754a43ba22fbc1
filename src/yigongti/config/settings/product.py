"""The settings of the product, put together from one file for each concern."""
# ruff: noqa: F403  (that is what this file is for)

from yigongti.config.settings.base import *
from yigongti.config.settings.database import *
from yigongti.config.settings.i18n import *
from yigongti.config.settings.jobs import *
from yigongti.config.settings.messages import *
from yigongti.config.settings.security import *
