"""Parameters as numbers: no two may be the same."""

from yigongti.kernel.records.definitions.public import SUPPORTED, parameters_of
from yigongti.kernel.records.index_rows import parameter_number, system_number


def test_every_search_parameter_has_a_number_of_its_own():
    names = {(type_name, name) for type_name in SUPPORTED for name in parameters_of(type_name)}
    names |= {(type_name, f"{name}:identifier") for type_name, name in names}
    assert len({parameter_number(*name) for name in names}) == len(names) > 500


def test_no_system_is_zero():
    assert (system_number(""), system_number("http://loinc.org") != 0) == (0, True)
