"""The law of dependency, held by import-linter and printed when it is broken."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def test_imports_go_only_towards_the_foundation():
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    found = subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--config", str(REPOSITORY / ".importlinter")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_every_package_has_a_place_in_the_law():
    """The contract is exhaustive for the layers; engines and systems must each be named as independent."""
    contracts = (REPOSITORY / ".importlinter").read_text(encoding="utf-8")
    source = REPOSITORY / "src" / "yigongti"
    missing = [
        f"yigongti.{layer}.{package.name}"
        for layer in ("engines", "systems")
        for package in sorted((source / layer).iterdir())
        if (package / "__init__.py").exists() and f"yigongti.{layer}.{package.name}\n" not in contracts
    ]
    assert not missing, f"give these packages a place in .importlinter: {missing}"
