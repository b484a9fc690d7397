# ruff: noqa: E501
"""Rule outcomes a second beside Cedar and OpenFisca with equivalent rules, asked one by one; and full assessments.

    python benchmarks/law.py

Three worlds of facts. Ours says for each rule kept, broken or untold, with the articles and the facts that are missing; the
references say yes or no. They run in an environment of their own, made for this run and thrown away (needs a package index; without
one, only our numbers are printed). Rounds alternate on one core; medians are printed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from rogatory.law import Question, assess
from rogatory.law.assess import finding
from rogatory.law.environment import Environment, frozen_facts
from rogatory.moments import parse_instant
from rogatory.node.packs import load_corpus

SECONDS, ROUNDS = 0.7, 5
YEARLY = 3_000_000
REFERENCES = {"Cedar": ("law_cedar.py", "cedarpy==4.8.7"), "OpenFisca": ("law_openfisca.py", "openfisca-core==46.0.1")}
AT = parse_instant("2026-09-09T15:00:00+01:00")
FACTS = {
    "measure": "production-order", "data": ["session-history"], "data_purpose": "other", "issuing_state": "FR", "executing_state": "IE",
    "issuing_authority": "judge", "validated_by": "nobody", "proceedings": "criminal-proceedings", "service": "electronic-communications",
    "data_held": "already-stored", "data_held_for": "ordinary-customer", "addressee": "designated-establishment", "addressed_as": "controller",
    "domestic_power": True, "necessity_reasoned": True, "protection_in_executing_state": "none-known", "person_informed": "without-delay",
    "imminent_threat": "none", "offences": [{"max_custodial_months": 84, "eu_provision": "none"}],
}  # fmt: skip


def rate(work: Callable[[], int]) -> float:
    """How many a second."""
    begun, count = time.perf_counter(), 0
    while time.perf_counter() < begun + SECONDS:
        count += work()
    return count / (time.perf_counter() - begun)


@contextmanager
def reference(script: str, package: str) -> Iterator[Callable[[], float]]:
    """A reference in a throw-away environment; each call is one round of it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = f"{folder}/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package], check=True)
        path = Path(__file__).parent / "references" / script
        with subprocess.Popen([python, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            stdin, stdout = process.stdin, process.stdout

            def ask() -> float:
                stdin.write(f"{SECONDS}\n")
                stdin.flush()
                return float(stdout.readline())

            yield ask
            stdin.close()


def ours() -> tuple[Callable[[], int], Callable[[], int]]:
    """One round of rules asked one by one, and one of full assessments."""
    pack = load_corpus("eu-e-evidence")
    worlds = [FACTS, {**FACTS, "service": "financial"}, {name: value for name, value in FACTS.items() if name != "imminent_threat"}]
    questions = [Question(instrument="eu-e-evidence", at=AT, act="issue", facts=facts, events={}) for facts in worlds]  # type: ignore[arg-type]
    rules = [rule for rule in pack.rules if "issue" in rule.acts]

    def one_by_one() -> int:
        for question in questions:
            env = Environment(question, pack, frozen_facts(question.facts))
            for rule in rules:
                finding(rule, env)
        return len(questions) * len(rules)

    def whole() -> int:
        for question in questions:
            assess(question, pack).beside  # noqa: B018  # what stands beside the outcome is worked out when it is read
        return len(questions)

    return one_by_one, whole


def references(stack: ExitStack) -> dict[str, Callable[[], float]]:
    """Those that can be installed here."""
    asked = {}
    for name, (script, package) in REFERENCES.items():
        try:
            asked[name] = stack.enter_context(reference(script, package))
        except subprocess.CalledProcessError:
            print(f"{name} cannot be installed here ({package}): not measured")
    return asked


def main() -> None:
    one_by_one, whole = ours()
    mine, full = list[float](), list[float]()
    with ExitStack() as stack:
        asked = references(stack)
        others = {name: list[float]() for name in asked}
        for _ in range(ROUNDS):
            mine.append(rate(one_by_one))
            for name, ask in asked.items():
                others[name].append(ask())
            full.append(rate(whole))
    print(f"rule outcomes one by one: ours {median(mine):9.0f}/s")
    for name, rates in others.items():
        print(f"  {name:<10} {median(rates):9.0f}/s, ours is {median(mine) / median(rates):.1f} times that")
    each = 1 / median(full)
    print(f"full assessments (all rules, duties, deadlines with their steps, grounds): {median(full):.0f}/s, {1000 * each:.2f} ms each")
    print(f"extrapolated, not run: {YEARLY:,} orders a year on one core in {YEARLY * each / 60:.1f} minutes")


if __name__ == "__main__":
    main()
