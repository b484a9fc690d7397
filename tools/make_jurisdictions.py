"""Write the public holidays of each State into its jurisdiction file, from the `holidays` package, to be reviewed there.

    python tools/make_jurisdictions.py            writes law/jurisdictions/*.yaml

The dates stand in the files; nothing asks the package at run time. Sub-national holidays are left out (law: T10).
"""

from __future__ import annotations

from pathlib import Path

import holidays

YEARS = range(2026, 2031)
STATES = {
    "AT": ("Austria", "Europe/Vienna", "de"),
    "BE": ("Belgium", "Europe/Brussels", "nl fr de"),
    "BG": ("Bulgaria", "Europe/Sofia", "bg"),
    "CY": ("Cyprus", "Asia/Nicosia", "el"),
    "CZ": ("Czechia", "Europe/Prague", "cs"),
    "DE": ("Germany", "Europe/Berlin", "de"),
    "DK": ("Denmark", "Europe/Copenhagen", "da"),
    "EE": ("Estonia", "Europe/Tallinn", "et"),
    "ES": ("Spain", "Europe/Madrid", "es"),
    "FI": ("Finland", "Europe/Helsinki", "fi sv"),
    "FR": ("France", "Europe/Paris", "fr"),
    "GB": ("United Kingdom", "Europe/London", "en"),
    "GR": ("Greece", "Europe/Athens", "el"),
    "HR": ("Croatia", "Europe/Zagreb", "hr"),
    "HU": ("Hungary", "Europe/Budapest", "hu"),
    "IE": ("Ireland", "Europe/Dublin", "en ga"),
    "IT": ("Italy", "Europe/Rome", "it"),
    "LT": ("Lithuania", "Europe/Vilnius", "lt"),
    "LU": ("Luxembourg", "Europe/Luxembourg", "fr de"),
    "LV": ("Latvia", "Europe/Riga", "lv"),
    "MT": ("Malta", "Europe/Malta", "mt en"),
    "NL": ("Netherlands", "Europe/Amsterdam", "nl"),
    "PL": ("Poland", "Europe/Warsaw", "pl"),
    "PT": ("Portugal", "Europe/Lisbon", "pt"),
    "RO": ("Romania", "Europe/Bucharest", "ro"),
    "SE": ("Sweden", "Europe/Stockholm", "sv"),
    "SI": ("Slovenia", "Europe/Ljubljana", "sl"),
    "SK": ("Slovakia", "Europe/Bratislava", "sk"),
    "US": ("United States", "America/New_York", "en"),
}


def main() -> None:
    folder = Path(__file__).parent.parent / "law" / "jurisdictions"
    folder.mkdir(parents=True, exist_ok=True)
    for state, (name, zone, languages) in STATES.items():
        days = sorted(day for day in holidays.country_holidays(state, years=YEARS) if day.weekday() < 5)
        lines = [
            f"# {name}: time zone of the capital, languages, national public holidays that fall on Monday to Friday.",
            f"state: {state}",
            f"name: {name}",
            f"zone: {zone}",
            f"languages: [{', '.join(languages.split())}]",
            f"holidays_until: {YEARS[-1]}-12-31",
            "holidays:",
            *(f"  - {day.isoformat()}" for day in days),
        ]
        (folder / f"{state.lower()}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
