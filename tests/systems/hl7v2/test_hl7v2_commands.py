"""The command line: load, rerun, purge."""

from contextlib import nullcontext

import pytest
from click.testing import CliRunner
from hl7v2_messages import admission

from yigongti.interfaces.cli.hl7 import hl7
from yigongti.interfaces.hl7v2.models import MessageLog


@pytest.fixture
def run(monkeypatch, account, county):
    """yigongti hl7 …, in this process and on the tests' database."""
    monkeypatch.setattr("yigongti.interfaces.cli.project.opened", nullcontext)
    account("exchange_system", "H1", username="his")
    account("exchange_operator", "C", username="operator")
    return lambda *given: CliRunner().invoke(hl7, [str(word) for word in given])


@pytest.fixture
def file(tmp_path):
    """Two refused messages and garbage, in one file."""
    path = tmp_path / "messages.hl7"
    refused = [admission("1", patient=""), admission("2", event="A02")]
    path.write_bytes(b"garbage\n" + "".join(refused).replace("\r", "\n").encode())
    return path


def test_a_file_is_loaded_and_each_message_is_answered(run, file, tmp_path):
    done = run("load", file, "--institution", "H1", "--facility", "HIS", "--as", "his", "--answers", tmp_path / "out")
    assert done.exit_code == 1, done.output
    assert "AE: 1  AR: 2" in done.output
    assert (tmp_path / "out").read_bytes().count(b"MSA|") == 3
    assert MessageLog.objects.using("bulk").count() == 3


def test_a_file_loaded_twice_is_kept_once(run, file):
    for _ in range(2):
        done = run("load", file, "--institution", "H1", "--facility", "HIS", "--as", "his")
    assert "repeat" in done.output
    assert MessageLog.objects.using("bulk").count() == 3


def test_what_was_rejected_for_a_reason_is_run_again(run, file):
    run("load", file, "--institution", "H1", "--facility", "HIS", "--as", "his")
    done = run("rerun", "--reason", "hl7v2.event", "--institution", "H1", "--facility", "HIS", "--as", "his")
    assert done.exit_code == 0, done.output
    assert "1 尝试 tried" in done.output
    assert MessageLog.objects.using("bulk").get(error_code="hl7v2.event").attempts == 1


def test_a_rerun_needs_to_be_told_what(run):
    assert run("rerun", "--as", "his").exit_code == 2


def test_the_purge_counts_first_when_asked(run, file):
    run("load", file, "--institution", "H1", "--facility", "HIS", "--as", "his")
    done = run("purge", "--dry-run", "--as", "operator")
    assert done.exit_code == 0, done.output
    assert "rejected: 0" in done.output


def test_somebody_without_an_account_is_told_so(run, file):
    done = run("load", file, "--institution", "H1", "--as", "nobody")
    assert "hl7v2.no_account" in str(done.exception)
