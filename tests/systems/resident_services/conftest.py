"""Messages go into a folder of the test's own."""

import pytest


@pytest.fixture(autouse=True)
def message_folder(settings, tmp_path):
    settings.MESSAGES_FOLDER = tmp_path / "messages"
    return settings.MESSAGES_FOLDER
