"""What all tests share: where the reference tables are, and the loud skip where they are not."""

import gc
import os
from pathlib import Path

import pytest

from house_database import migrated  # noqa: F401  # every folder of tests may ask for it
from prepared import begin_run, end_run

REPOSITORY = Path(__file__).resolve().parent.parent
PREPARED = pytest.StashKey[Path | None]()


def shared_data_folder() -> Path | None:
    """The folder of reference tables: YIGONGTI_SHARED_DATA, or ../shared/data beside the checkout."""
    named = os.environ.get("YIGONGTI_SHARED_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def pytest_configure(config: pytest.Config) -> None:
    """Translations are compiled before anything asks for one: Django reads a catalogue once and keeps what it found."""
    from yigongti.kernel.presentation.translations import compile_all

    compile_all(REPOSITORY / "src" / "yigongti")
    config.stash[PREPARED] = begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    """What this run prepared for itself is taken away."""
    end_run(config.stash.get(PREPARED, None))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Continuous integration has everything that a test needs: there, a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("YIGONGTI_REQUIRE_EVERYTHING") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


LONGEST_FIRST = (
    "test_hostile_addresses.py", "test_records_killed.py", "test_isolation_on_pages.py", "test_hostile_forms.py",
    "test_every_route.py", "test_invented_addresses.py", "test_checklists_without_a_network.py", "test_serving.py",
    "test_outside_postgres.py", "test_close_killed.py", "test_close.py", "test_backup.py",
)  # fmt: skip
"""Files that take longest: begun last, one worker would be left alone with them (--no-loadscope-reorder)."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Faults and journeys are of the slow layer. The files that take longest come first; all others as they were."""
    for item in items:
        if item.path.parent.name in ("faults", "journeys"):
            item.add_marker(pytest.mark.slow)
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays until the end: the collector of garbage need not walk through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The reference tables and witnesses; the test is skipped, and says so, where they are absent."""
    folder = shared_data_folder()
    if folder is None:
        pytest.skip("the reference tables (../shared/data or YIGONGTI_SHARED_DATA) are absent")
    return folder


@pytest.fixture(scope="session")
def policy_root() -> Path:
    return REPOSITORY / "policy"
