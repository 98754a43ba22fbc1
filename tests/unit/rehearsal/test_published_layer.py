"""The published layer: written whole, named in one step, the old one or the new one after any death."""

import os
import signal
import subprocess
import sys

import pytest

from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.policy.published import files_in_force, layer_in_force, put_in_force

ONE = {"parameters/a/x.yaml": b"one", "sources/s.yaml": b"s"}
TWO = {"parameters/a/x.yaml": b"two"}


def test_before_the_first_publication_there_is_no_layer(tmp_path):
    assert layer_in_force(tmp_path) is None
    assert files_in_force(tmp_path) == {}


def test_what_was_put_is_in_force_and_the_earlier_layer_stays_beside_it(tmp_path):
    first = put_in_force(tmp_path, ONE)
    second = put_in_force(tmp_path, TWO)
    assert files_in_force(tmp_path) == TWO
    assert (first / "sources/s.yaml").read_bytes() == b"s"
    assert first != second


def test_putting_the_same_again_writes_nothing(tmp_path):
    assert put_in_force(tmp_path, ONE) == put_in_force(tmp_path, ONE)
    assert len(list((tmp_path / "layers").iterdir())) == 1


def test_everything_can_be_taken_back(tmp_path):
    put_in_force(tmp_path, ONE)
    put_in_force(tmp_path, {})
    assert files_in_force(tmp_path) == {}


def test_a_layer_that_is_named_and_gone_is_an_error_and_not_silently_none(tmp_path):
    put_in_force(tmp_path, ONE)
    (tmp_path / "in_force").write_text("0009-0123456789ab\n")
    with pytest.raises(PolicyError, match="published_layer_missing"):
        layer_in_force(tmp_path)


def test_a_path_that_leads_out_of_the_layer_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InvalidInput, match="path_not_plain"):
        put_in_force(tmp_path, {**ONE, "../x.yaml": b""})
    assert list(tmp_path.iterdir()) == []


_KILLED = """
import os, signal, sys
from pathlib import Path
from yigongti.foundation.policy import published
step, root, files = int(sys.argv[1]), Path(sys.argv[2]), {"parameters/a/x.yaml": b"two", "parameters/b/y.yaml": b"y"}
met = 0
def dying(function):
    def call(*given, **named):
        global met
        met += 1
        if met == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*given, **named)
    return call
published._write = dying(published._write)
published._flush_folder = dying(published._flush_folder)
published.Path.replace = dying(published.Path.replace)
published.put_in_force(root, files)
"""


@pytest.mark.parametrize("step", range(1, 8))
def test_killed_at_any_step_it_leaves_the_old_layer_or_the_new_one_whole(tmp_path, step):
    put_in_force(tmp_path, ONE)
    died = subprocess.run([sys.executable, "-c", _KILLED, str(step), str(tmp_path)], env=os.environ, check=False)
    assert died.returncode == -signal.SIGKILL
    new = {"parameters/a/x.yaml": b"two", "parameters/b/y.yaml": b"y"}
    assert files_in_force(tmp_path) in (ONE, new)
    put_in_force(tmp_path, new)
    assert files_in_force(tmp_path) == new
