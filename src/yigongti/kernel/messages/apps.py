"""Messages to residents and notices to staff."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "yigongti.kernel.messages"
    label = "messages"
