"""Messages to residents and notices to staff."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "yigongti.kernel.messages"
    label = "messages"

    def ready(self) -> None:
        from yigongti.kernel.messages.openings import tell_about_opening
        from yigongti.kernel.people.notices import on_opening

        on_opening(tell_about_opening)
