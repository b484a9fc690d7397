"""The list of changes that no test notices says what stands in the source, and the page says what stands in the list."""

from __future__ import annotations

from tests.architecture.source import PACKAGE
from tools.mutants.listed import KINDS, PAGE, listed, survivors


def test_every_listed_change_is_one_of_a_line_that_is_there() -> None:
    for (module, _, was, became), (kind, because) in listed().items():
        lines = {" ".join(line.split()) for line in (PACKAGE / "law" / f"{module}.py").read_text(encoding="utf-8").splitlines()}
        assert was in lines, f"{module} holds no such line any more; take it off tools/mutants/survivors.yaml: {was}"
        assert became not in lines or became == "(taken away)"
        assert kind in KINDS
        assert because


def test_the_page_of_survivors_is_that_of_the_list() -> None:
    shown = PAGE.read_text(encoding="utf-8")

    assert shown.endswith("\n".join(survivors(listed()))), "make mutate writes docs/reference/mutants.md again"
