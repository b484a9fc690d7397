"""Write the reference pages from the code: every kind of act, every error.

python tools/render_reference.py            writes docs/reference/acts.md and docs/reference/errors.md
"""

from __future__ import annotations

from pathlib import Path

from rogatory import errors
from rogatory.procedure import KINDS
from rogatory.procedure.crossing import CROSSINGS

FOLDER = Path(__file__).parent.parent / "docs" / "reference"


def acts() -> str:
    """The page of acts."""
    lines = ["# Acts", "", "Written from the code by `tools/render_reference.py`.", ""]
    for name, kind in KINDS.items():
        text = (kind.__doc__ or "").strip()
        who = ", ".join(sorted(kind.who))
        made = "software only" if kind.automatic else "people"
        lines += [
            f"## {name}",
            "",
            text,
            "",
            f"- Provision: {kind.article}. Phase: {kind.phase}. Made by: {made}; capacities: {who}.",
        ]
        lines.append(f"- In the states: {', '.join(sorted(kind.states))}.")
        lines.append(f"- Signed with the officer's own key: {'yes' if kind.key else 'no'}.")
        lines += ["", "| part | must be seen by |", "|---|---|"]
        lines += [f"| {part} | {', '.join(sorted(roles)) or 'its own institution only'} |" for part, roles in kind.parts.items()]
        lines.append("")
    lines += ["## When two acts cross", "", "| acts | what holds | provision |", "|---|---|---|"]
    rows = sorted((" x ".join(sorted(pair) * (2 // len(pair))), row) for pair, row in CROSSINGS.items())
    lines += [f"| {names} | {row.meaning} | {row.article} |" for names, row in rows]
    return "\n".join(lines) + "\n"


def error_page() -> str:
    """The page of errors."""
    tree = (errors.__doc__ or "").strip()
    return f"# Errors\n\nWritten from the code by `tools/render_reference.py`.\n\n```text\n{tree}\n```\n"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "acts.md").write_text(acts(), encoding="utf-8")
    (FOLDER / "errors.md").write_text(error_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
