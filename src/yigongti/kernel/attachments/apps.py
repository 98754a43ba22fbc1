"""Files that people attach: photographs, letters, tables."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "yigongti.kernel.attachments"
    label = "attachments"
