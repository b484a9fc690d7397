"""What survives, and why: `survivors.yaml` says it for people, the command checks it, and docs/reference/mutants.md shows it.

An entry names the module, the definition, the line as it is and as it became; a line that has moved is still the same entry. Kinds:

- `equivalent`: the changed program does the same;
- `cosmetic`: it does the same but for the speed, or for words that nothing reads;
- `unreached`: only what cannot happen, or what another check stops first, would show a difference;
- `open`: nobody has judged it yet; it may do the same, or a test may be lacking.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("survivors.yaml")
PAGE = ROOT / "docs" / "reference" / "mutants.md"
KINDS = ("equivalent", "cosmetic", "unreached", "open")
LEAST = 90.0
Key = tuple[str, str, str, str]
RESULTS = ("killed", "timed out", "survived")


def listed() -> dict[Key, tuple[str, str]]:
    """Every listed survivor with its kind and reason."""
    found: dict[Key, tuple[str, str]] = {}
    for group in yaml.safe_load(LIST.read_text(encoding="utf-8")) or []:  # noqa: TID251  # no law file: nothing here is a country
        for one in group["changes"]:
            key = (one["module"], one.get("in", ""), one["was"], one["is"])
            if key in found or group["kind"] not in KINDS:
                sys.exit(f"{LIST.name}: {key} stands twice, or its kind is none of {', '.join(KINDS)}")
            found[key] = (group["kind"], group["because"])
    return found


def judged() -> frozenset[Key]:
    """The survivors that have their reason."""
    return frozenset(key for key, (kind, _) in listed().items() if kind != "open")


Results = Mapping[str, Sequence[Mapping[str, Any]]]


def report(results: Results, totals: Mapping[str, int], *, whole: bool) -> int:
    """Print what became of every change, and what is not listed; 1 if fewer than 90 of 100 are noticed."""
    known = listed()
    survived = {tuple(row["key"]) for rows in results.values() for row in rows if row["result"] == "survived"}
    for key in sorted(survived - known.keys()):
        print(f"not listed: {key[0]}, in {key[1] or 'the module'}\n  was {key[2]}\n  is  {key[3]}")
    for key in sorted(key for key in known if key[0] in results and key not in survived):
        print(f"listed, and no longer surviving: {key[0]}, in {key[1] or 'the module'}: {key[3]}")
    for line in table(results, totals):
        print(line)
    if whole:
        PAGE.write_text(page(table(results, totals), known), encoding="utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}")
    share = noticed(Counter(str(row["result"]) for rows in results.values() for row in rows))
    if share < LEAST:
        print(f"{share:.1f} % of the changes are noticed, and {LEAST:.0f} % is the least: write a test for what survived, or take it away")
    return int(share < LEAST)


def noticed(count: Mapping[str, int]) -> float:
    """How many of a hundred changes are killed or time out."""
    total = sum(count.values())
    return 100 * (total - count.get("survived", 0)) / total if total else 100.0


def table(results: Results, totals: Mapping[str, int]) -> list[str]:
    """The figures of each module, and of all. Where the changes were never counted, all are left."""
    counts = {module: Counter(str(row["result"]) for row in rows) for module, rows in results.items()}
    open_ = {module: max(totals[module] - count.total(), 0) for module, count in counts.items() if module in totals}
    counts["all"] = sum(counts.values(), Counter())
    rows = ["| module | tried | killed | timed out | survived | noticed | not tried |", "|---|--:|--:|--:|--:|--:|--:|"]
    for module, count in counts.items():
        figures = " | ".join(str(count[result]) for result in RESULTS)
        share = f"{noticed(count):.1f} %" if count else "-"
        left = sum(open_.values()) if module == "all" else open_.get(module, "all")
        rows.append(f"| {module} | {count.total()} | {figures} | {share} | {left} |")
    return rows


def page(figures: Sequence[str], known: Mapping[Key, tuple[str, str]]) -> str:
    """The page of the documents."""
    return "\n".join([*_HEAD, *figures, "", *survivors(known)])


def survivors(known: Mapping[Key, tuple[str, str]]) -> Iterator[str]:
    """The part of the page that follows from the list alone."""
    for module in sorted({key[0] for key in known}):
        yield f"## {module}"
        yield ""
        for key, (kind, because) in sorted(known.items(), key=lambda one: (one[0][0], one[1], one[0])):
            if key[0] == module:
                yield f"- *{kind}*: {because}"
                yield f"  In {_code(key[1]) if key[1] else 'the module'}: {_code(key[2])} became {_code(key[3])}."
        yield ""


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"


_HEAD = (
    "# Changes that no test notices",
    "",
    "`make mutate` changes `rogatory.law` one thing at a time with the operators of",
    "[cosmic-ray](https://cosmic-ray.readthedocs.io/) (arithmetic, comparisons, numbers, truth values, *and* and *or*, loops, exceptions,",
    "decorators), and asks the tests of `tests/law` each time. A change is *killed* when a test fails and *timed out* when it never ends;",
    "otherwise it has *survived*, and stands below with its reason. This page is written by the command; the reasons stand in",
    "`tools/mutants/survivors.yaml`, and a survivor that is not there is reported.",
    "",
    "Left out are changes of annotations, which nobody reads at run time, and those of which the compiler itself warns. These operators do",
    "not change texts, so that no message is counted.",
    "",
)
