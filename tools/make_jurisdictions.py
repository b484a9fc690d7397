"""Write the public holidays of each State into its jurisdiction file, from the `holidays` package, to be reviewed there.

    python tools/make_jurisdictions.py 2026 2030          writes the holidays of every law/jurisdictions/*.yaml
    python tools/make_jurisdictions.py 2026 2030 fr de    only of these

Only the end of a file is written anew: `holidays_until` and `holidays`. Everything above is kept by hand. The dates stand in
the files; nothing asks the package at run time. Sub-national holidays are left out (law: T10). Of a State whose government
names its holidays year by year (ONE_YEAR) only the first year is written: what is not yet known stays unknown.
"""

from __future__ import annotations

import sys
from pathlib import Path

import holidays

FOLDER = Path(__file__).parent.parent / "law" / "jurisdictions"
ONE_YEAR = frozenset({"IN"})
SATURDAY = 5


def dates(state: str, first: int, last: int) -> tuple[int, list[str]]:
    """The last year that is known, and the holidays up to it that fall on Monday to Friday."""
    until = first if state in ONE_YEAR else last
    days = sorted(holidays.country_holidays(state, years=range(first, until + 1)))
    return until, [day.isoformat() for day in days if day.weekday() < SATURDAY]


def main(arguments: list[str]) -> int:
    if len(arguments) < 2 or not all(one.isdecimal() for one in arguments[:2]):
        print(__doc__, file=sys.stderr)
        return 2
    first, last = int(arguments[0]), int(arguments[1])
    for name in arguments[2:] or sorted(path.stem for path in FOLDER.glob("*.yaml")):
        path = FOLDER / f"{name.lower()}.yaml"
        if not path.is_file():
            print(f"{path} is not there; write it first, see law/README.md", file=sys.stderr)
            return 2
        until, days = dates(name.upper(), first, last)
        kept = path.read_text(encoding="utf-8").partition("\nholidays_until:")[0]
        lines = [f"holidays_until: {until}-12-31", "holidays:", *(f"  - {day}" for day in days)]
        path.write_text(kept + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
