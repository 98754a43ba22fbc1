"""What imports cannot show: a foreign key binds two tables as firmly as an import binds two modules.

A table may point into its own application and to the left of nothing: systems and processes to the kernel, never the
kernel to a system, never one system to another.
"""

import pytest
from django.apps import apps
from django.db import models

LEVELS = ("interfaces", "processes", "systems", "kernel")
"""From the outside to the inside: a table points only inwards."""


def place_of(model) -> tuple[str, str]:
    """(layer, application) of a model: ("systems", "front_pages"); ("", "sessions") for one of a library."""
    name = apps.get_app_config(model._meta.app_label).name
    parts = name.split(".")
    return (parts[1], parts[2]) if parts[0] == "yigongti" else ("", parts[-1])


def is_allowed(source: tuple[str, str], target: tuple[str, str]) -> bool:
    """Within one application always; else only to the kernel or further inwards, and never to a library's table."""
    if source == target:
        return True
    (from_layer, _source), (to_layer, _target) = source, target
    if from_layer not in LEVELS or to_layer not in LEVELS:
        return False
    return to_layer == "kernel" or LEVELS.index(from_layer) < LEVELS.index(to_layer)


def own_models():
    return [model for model in apps.get_models(include_auto_created=True) if place_of(model)[0]]


def relations():
    """(model, field, model it points to) of every foreign key, one-to-one and many-to-many of our own models."""
    for model in own_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.ManyToManyField):
                yield model, field, field.related_model


def test_every_foreign_key_points_inwards():
    wrong = [
        f"{model._meta.label}.{field.name} → {target._meta.label}"
        for model, field, target in relations()
        if not is_allowed(place_of(model), place_of(target))
    ]
    assert wrong == []


def test_there_are_foreign_keys_to_be_held_to_this():
    found = {(place_of(model), place_of(target)) for model, _field, target in relations()}
    assert (("systems", "front_pages"), ("kernel", "organisations")) in found
    assert len(own_models()) >= 15


@pytest.mark.parametrize(
    ("source", "target", "allowed"),
    [
        (("systems", "front_pages"), ("systems", "front_pages"), True),
        (("systems", "front_pages"), ("kernel", "organisations"), True),
        (("processes", "monthly_close"), ("systems", "front_pages"), True),
        (("kernel", "access"), ("kernel", "organisations"), True),
        (("systems", "casemix_payment"), ("systems", "front_pages"), False),
        (("kernel", "organisations"), ("systems", "front_pages"), False),
        (("systems", "front_pages"), ("processes", "monthly_close"), False),
        (("kernel", "jobs"), ("", "procrastinate"), False),
    ],
)
def test_the_rule_itself(source, target, allowed):
    assert is_allowed(source, target) is allowed


def test_a_system_reaches_another_system_by_no_column_that_looks_like_a_key():
    """A number of another system's row, kept without a foreign key, would be the same bond with less care."""
    names = {label for layer, label in {place_of(model) for model in own_models()} if layer == "systems"}
    tables = {model._meta.model_name for model in own_models() if place_of(model)[0] == "systems"}
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        if place_of(model)[0] in ("systems", "kernel")
        for field in model._meta.local_fields
        if field.name.endswith("_id") and field.name.removesuffix("_id") in (tables | names) and not field.is_relation
        if not isinstance(field, models.CharField)  # a hospital's own number of a case is a code, and no table's key
    ]
    assert wrong == []
