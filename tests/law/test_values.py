"""What the law engine hands out are values: nobody changes one, nothing is added to one, and each field is given by its name."""

from __future__ import annotations

import pkgutil
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

import pytest

import rogatory.law

VALUES = [
    one
    for module in pkgutil.iter_modules(rogatory.law.__path__, "rogatory.law.")
    for one in vars(import_module(module.name)).values()
    if isinstance(one, type) and is_dataclass(one) and one.__module__ == module.name
]
BY_PLACE = {"Untold", "_Typed"}
"""Of one or few fields, made by the thousand while conditions are asked."""
REMEMBERS = {"Assessment"}
"""Works out once what stands beside the outcome, and keeps it."""


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_a_value_of_the_law_is_never_changed_and_its_fields_are_named(kind: Any) -> None:
    assert kind.__dataclass_params__.frozen
    assert ("__slots__" in vars(kind)) is (kind.__name__ not in REMEMBERS)
    assert all(one.kw_only for one in fields(kind)) is (kind.__name__ not in BY_PLACE)


def test_each_module_of_the_law_shows_its_values() -> None:
    assert len(VALUES) > 40
    assert {one.__name__ for one in VALUES} >= BY_PLACE | REMEMBERS
