"""The conversion of an institution's codes: the county's crosswalk tables and what its coders decided.

The tables are national code sets that a county loads itself into `<data folder>/codes`; without them a submission in
the clinical edition cannot be converted, and says so.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from yigongti.facts.public import CodeConversion, Crosswalks, load_crosswalks
from yigongti.foundation.errors import InvalidInput
from yigongti.systems.front_pages.models import CodeDecision


def codes_folder() -> Path:
    """Where the county's crosswalk tables are."""
    return Path(settings.DATA_FOLDER) / "codes"


@lru_cache(maxsize=2)
def _crosswalks(folder: Path, files: tuple[tuple[str, int, int], ...]) -> Crosswalks:
    return load_crosswalks(folder)


def crosswalks() -> Crosswalks:
    """The tables, read once until a file changes. Raises InvalidInput when they have not been loaded."""
    folder = codes_folder()
    if not folder.is_dir():
        raise InvalidInput(
            "front_pages.crosswalks_absent",
            zh="尚未装载国临版与医保版的对照表，请系统管理员把对照表文件放入数据目录的 codes 文件夹",
            en="the crosswalks from the clinical to the insurance edition are not loaded; put their files into the "
            "folder codes of the data folder",
        )
    seen = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(folder.glob("*.dat"))]
    return _crosswalks(folder, tuple(seen))


def conversion_for(institution_id: int) -> CodeConversion:
    """A conversion with the institution's own decisions."""
    decisions = CodeDecision.objects.filter(institution_id=institution_id)
    decided = {(d.code_kind, d.code): d.insurance_code for d in decisions}
    return CodeConversion(crosswalks(), decided)
