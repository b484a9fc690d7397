"""Every example in the package's documentation runs, and says what it says there."""

from __future__ import annotations

import doctest
import importlib

import pytest

from tests.architecture.source import package

EXAMPLES = [source.module for source in package() if ">>> " in source.text]


@pytest.mark.parametrize("module", EXAMPLES)
def test_an_example_says_what_it_says(module):
    result = doctest.testmod(importlib.import_module(module), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)

    assert result.attempted > 0
    assert result.failed == 0
