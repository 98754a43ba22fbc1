"""Trains the default weights on invented counties and writes policy/identity/weights.yaml.

python bench/identity/train_weights.py [--residents 300000] [--seed 101] [--from 2026-11-24]
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import yaml
from residents import registrations, write_county

from yigongti.engines.identity.public import train, untrained, weights_document

WEIGHTS = Path(__file__).resolve().parents[2] / "policy" / "identity" / "weights.yaml"
SOURCE = "identity-weights-demo"
HEAD = """\
# 居民登记匹配的权重：m = 同一人的两份登记达到该等级的比例，u = 两个人的登记达到该等级的比例；
# 权重 = log2(m/u)。由 bench/identity/train_weights.py 写出；household（户）一项为人工所定，示范县没有户。
# Weights for matching registrations, trained on the INVENTED demo county; retrain on a county's own reviewed pairs.
"""


def main() -> None:
    """Train on one county and write the file."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--residents", type=int, default=300_000)
    asked.add_argument("--seed", type=int, default=101)
    asked.add_argument("--from", dest="from_on", type=date.fromisoformat, default=date(2026, 11, 24))
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        file, duplicates, _ = write_county(Path(place), given.residents, given.seed)
        pairs = sorted(sorted((planted.of, planted.resident_id)) for planted in duplicates)
        known = pa.table({"key_l": [pair[0] for pair in pairs], "key_r": [pair[1] for pair in pairs]})
        trained_on = f"invented demo county, {given.residents} residents, seed {given.seed}, {len(pairs)} known pairs"
        start = untrained(given.from_on, SOURCE, trained_on, registered_twice=0.003, near_days=7)
        connection = duckdb.connect()
        connection.execute("SET threads = 1")
        weights = train(registrations(file), connection, start, seed=given.seed, known_pairs=known)
    document = yaml.safe_dump(weights_document(weights), allow_unicode=True, sort_keys=False)
    WEIGHTS.write_text(HEAD + document, encoding="utf-8")
    for name, levels in weights.levels.items():
        print(name, {level: round(number.weight, 1) for level, number in levels.items()})


if __name__ == "__main__":
    main()
