"""The same function on a Spark cluster gives the same rows: a standalone master and two workers on loopback."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yigongti.engines.casemix.public import Case, Scheme, group_table

pytestmark = pytest.mark.slow
pyspark = pytest.importorskip("pyspark", reason="the extra “cluster” is not installed")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a standalone master with two workers; all three end with the test, by their own ids."""
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    home = Path(pyspark.__file__).parent
    work = tmp_path_factory.mktemp("spark")
    port = free_port()
    master = f"spark://127.0.0.1:{port}"
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(work),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_NO_DAEMONIZE": "1",
    }

    def start(name: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = (work / f"{name}-{len(list(work.iterdir()))}.log").open("wb")
        command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *arguments]
        return subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)

    ui = ("--webui-port", "0")
    processes = [start("master.Master", "--host", "127.0.0.1", "--port", str(port), *ui)]
    try:
        wait_for(port)
        for _ in range(2):
            processes.append(
                start("worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", *ui, master)
            )
        yield master
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(port: int) -> None:
    for _ in range(240):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise TimeoutError("the Spark master did not start")


def invented(count: int) -> pa.Table:
    """Cases of the small scheme's codes, some of them broken."""
    drawn = random.Random(7)
    diagnoses = [
        "P01",
        "P02",
        "P03",
        "S01",
        "S02",
        "S03",
        "N40",
        "I20",
        "I21",
        "I50",
        "I51",
        "J18",
        "J44",
        "J96",
        "A41",
        "E11",
        "X",
    ]
    procedures = ["10.1", "10.2", "10.3", "20.1", "20.2", "30.1", "30.2", "99.9"]
    rows = []
    for place in range(count):
        case = Case(
            str(place),
            drawn.choice(["1", "2", "9"]),
            drawn.choice([0, 30]),
            drawn.choice([3, 29, 11_000]),
            drawn.choice([None, 1400, 3000]),
            3,
            "1",
            tuple(drawn.choices(diagnoses, k=drawn.randint(0, 5))),
            tuple(drawn.choices(procedures, k=drawn.randint(0, 4))),
        )
        rows.append(asdict(case))
    return pa.Table.from_pylist(rows).cast(
        pa.schema(
            [
                ("case_id", pa.string()),
                ("sex", pa.string()),
                ("age_years", pa.int32()),
                ("age_days", pa.int32()),
                ("birth_weight_g", pa.int32()),
                ("length_of_stay_days", pa.int32()),
                ("discharge_disposition", pa.string()),
                ("diagnoses", pa.list_(pa.string())),
                ("procedures", pa.list_(pa.string())),
            ]
        )
    )


def joined(cases: pa.Table) -> pa.Table:
    for name in ("diagnoses", "procedures"):
        texts = pa.array(["|".join(codes) for codes in cases[name].to_pylist()])
        cases = cases.set_column(cases.schema.get_field_index(name), name, texts)
    return cases


def test_a_cluster_of_two_workers_gives_the_rows_of_one_machine(
    cluster: str, small: Callable[..., Scheme], duck: Any, tmp_path: Path
) -> None:
    from pyspark.sql import SparkSession

    scheme = small()
    cases = invented(3000)
    files = {"lists": tmp_path / "lists.parquet", "joined": tmp_path / "joined.parquet"}
    pq.write_table(cases, files["lists"])
    pq.write_table(joined(cases), files["joined"])
    session = (
        SparkSession.builder.master(cluster)
        .appName("casemix-test")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.executor.memory", "512m")
        .getOrCreate()
    )
    try:
        session.sparkContext.setLogLevel("ERROR")
        spark = ibis.pyspark.connect(session)
        for path in files.values():
            on_spark = rows_of(group_table(spark.read_parquet(str(path)), scheme, spark))
            on_duckdb = rows_of(group_table(duck.read_parquet(path), scheme, duck))
            assert len(on_spark) == 3000
            assert on_spark == on_duckdb
    finally:
        session.stop()


def rows_of(groups: Any) -> list[tuple[str, ...]]:
    return sorted(tuple(row.values()) for row in groups.to_pyarrow().to_pylist())
