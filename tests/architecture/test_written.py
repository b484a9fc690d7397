"""How the code is written: what is public, what is exempt, how long a file is, which errors there are."""

from __future__ import annotations

import ast
import re

import pytest

from rogatory import errors
from tests.architecture.source import PACKAGE, ROOT, Source, checkout, comments, package

REASON = re.compile(r"#\s*(?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|type: ignore\[[a-z-]+(?:, ?[a-z-]+)*\])\s+#\s*\S+")
EXEMPTION = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b")
LINES = 400
LONGER = {
    "rogatory.act": "one format, written and read side by side",
    "rogatory.procedure.acts.deciding": "the acts of those who decide: one class each, side by side",
}
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "law").glob("*.md"), *(ROOT / "docs").glob("[a-z]*/**/*.md")])
FACADES = [source for source in package() if source.path.endswith("__init__.py") and "__all__" in source.text]


@pytest.mark.parametrize("source", FACADES, ids=lambda source: source.module)
def test_a_facade_names_what_it_shows(source):
    named, defined, imported = _all(source), _defined(source) - {"__all__"}, _imported(source)

    assert len(named) == len(set(named))
    assert set(named) <= defined | imported
    assert defined or set(named) == imported, "what a facade imports only to show stands in __all__"


def test_an_exemption_has_a_code_and_a_reason():
    typed = {source.path for source in package()}  # mypy looks at no other, so a `type: ignore` says nothing there
    bare = [
        f"{source.path}:{line} {text}"
        for source in checkout()
        for line, text in comments(source)
        if EXEMPTION.search(text) and not REASON.search(text) and (source.path in typed or "noqa" in text)
    ]

    assert not bare, "write it as `# noqa: CODE  # because …`:\n" + "\n".join(bare)


def test_a_file_that_holds_two_meanings_is_split():
    long = {source.module for source in package() if source.text.count("\n") > LINES}

    assert long - LONGER.keys() == set(), f"longer than {LINES} lines: ask which two meanings it holds"
    assert LONGER.keys() - long == set(), "short enough now: take it off the list"


def test_a_file_opens_with_its_purpose():
    silent = [source.path for source in package() if not ast.get_docstring(source.tree)]

    assert not silent


def test_nothing_is_called_utils():
    words = {"utils", "util", "helpers", "misc", "common"}

    assert not [source.path for source in package() if words & set(source.module.split("."))]


def test_the_drawing_of_errors_is_the_tree_of_errors():
    drawn = re.findall(r"^ {4}([│├└─ ]*)(\w+) {2,}(.+)$", errors.__doc__, re.MULTILINE)
    depths = [(len(branch) // 4, name, words) for branch, name, words in drawn]

    above: list[str] = []
    parents = {}
    for depth, name, _ in depths:
        del above[depth:]
        parents[name] = above[-1] if above else "Exception"
        above.append(name)
    classes = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}

    assert parents == {name: kind.__base__.__name__ for name, kind in classes.items()}
    assert len({kind.code for kind in classes.values()}) == len(classes), "a code stands for one error"


def test_an_error_that_is_never_raised_is_never_raised():
    families = re.findall(r"(\w+) {2,}never raised itself", errors.__doc__)
    raised = [
        f"{source.path}:{node.lineno}"
        for source in package()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
        and node.exc.func.id in families
    ]

    assert len(families) > 1
    assert not raised, "raise the member of the family that says what went wrong: " + ", ".join(raised)


def test_decisions_are_numbered_without_a_gap():
    files = sorted(path.name for path in (ROOT / "docs" / "adr").glob("*.md"))

    assert [name[:4] for name in files] == [f"{number:04d}" for number in range(1, len(files) + 1)]


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_has_its_number_its_status_and_its_cost(path):
    text = path.read_text(encoding="utf-8")

    assert text.startswith(f"# {int(path.name[:4])}. ")
    assert re.search(r"^Status: (proposed|accepted|replaced by \d{4}), \d{4}-\d\d-\d\d\.$", text, re.MULTILINE)
    assert "Cost" in text


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_a_lock_names_hashes_and_no_address(path):
    text = path.read_text(encoding="utf-8")
    entries = re.findall(r"^[a-zA-Z0-9._-]+(?:\[[^]]+\])?==[^\\]+\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.MULTILINE)

    assert len(entries) == len(re.findall(r"^[a-zA-Z0-9]", text, re.MULTILINE)), "an entry without hashes"
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links| @ ", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_names_only_files_that_are_there(path):
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|md|yaml|sh|toml))[`:]", path.read_text(encoding="utf-8"))

    assert [name for name in named if not any((base / name).is_file() for base in (ROOT, PACKAGE))] == []


def _all(source: Source) -> list[str]:
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__":
            return list(ast.literal_eval(node.value))
    return []


def _imported(source: Source) -> set[str]:
    imports = [node for node in source.tree.body if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rogatory")]
    return {alias.asname or alias.name for node in imports for alias in node.names}


def _defined(source: Source) -> set[str]:
    names = {node.name for node in source.tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    assigned = [node for node in source.tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    targets = [target for node in assigned for target in (node.targets if isinstance(node, ast.Assign) else [node.target])]
    return names | {target.id for target in targets if isinstance(target, ast.Name)}
