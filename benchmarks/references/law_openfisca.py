"""The same nine rules as variables of OpenFisca, asked one by one. Reads seconds a line, writes rule outcomes a second."""

from __future__ import annotations

import sys
import time

from law_worlds import WORLDS
from openfisca_core.entities import Entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

ORDER = Entity("order", "orders", "An order", "")
PERIOD = "2026-09"
RULES = {
    "e4": lambda o, p: (o("proceedings", p) == "criminal-proceedings") + (o("proceedings", p) == "sentence-execution"),
    "e6": lambda o, p: sum(
        o("service", p) == one for one in ("electronic-communications", "domain-or-ip-numbering", "user-communication", "data-storage")
    ),
    "e7": lambda o, p: o("data_held", p) == "already-stored",
    "e9": lambda o, p: o("domestic_power", p),
    "e11": lambda o, p: o("data_held_for", p) != "public-authority",
    "e13": lambda o, p: o("protection_in_executing_state", p) != "found",
    "e17": lambda o, p: o("necessity_reasoned", p),
    "e8": lambda o, p: o("max_custodial_months", p) >= 36,  # the threshold of the rule
    "e16": lambda o, p: (o("issuing_authority", p) == "judge") + (o("validated_by", p) == "judge"),
}


def _system() -> TaxBenefitSystem:
    system = TaxBenefitSystem([ORDER])
    common = {"entity": ORDER, "definition_period": DateUnit.MONTH, "label": ""}
    for name, value in WORLDS[0].items():
        system.add_variable(type(name, (Variable,), {**common, "value_type": type(value)}))
    for name, rule in RULES.items():
        system.add_variable(type(name, (Variable,), {**common, "value_type": bool, "formula": rule}))
    return system


def main() -> None:
    system = _system()
    for line in sys.stdin:
        ends, begun, count = time.perf_counter() + float(line), time.perf_counter(), 0
        while time.perf_counter() < ends:
            for world in WORLDS:
                facts = {name: {PERIOD: value} for name, value in world.items()}
                simulation = SimulationBuilder().build_from_entities(system, {"orders": {"one": facts}})
                for rule in RULES:
                    simulation.calculate(rule, PERIOD)
                    count += 1
        print(count / (time.perf_counter() - begun), flush=True)


if __name__ == "__main__":
    main()
