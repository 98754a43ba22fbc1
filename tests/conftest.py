"""What all tests share: where the reference tables are, and the loud skip where they are not."""

import gc
import os
from pathlib import Path

import pytest

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
