"""Messages go into a folder of the test's own."""

import pytest

from house_database import resident  # noqa: F401


@pytest.fixture(autouse=True)
def message_folder(settings, tmp_path):
    settings.MESSAGES_FOLDER = tmp_path / "messages"
    return settings.MESSAGES_FOLDER
