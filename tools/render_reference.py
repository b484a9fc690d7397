"""Write the reference pages from the code and the law: every kind of act, every error, every form with its schema.

python tools/render_reference.py            writes docs/reference/acts.md, errors.md and forms.md, and law/schema/
"""

from __future__ import annotations

from pathlib import Path

from rogatory import errors
from rogatory.cli.forms import write
from rogatory.cli.law.schemas import write as write_law_schemas
from rogatory.forms import Field
from rogatory.node.packs import load_forms
from rogatory.procedure import KINDS
from rogatory.procedure.crossing import CROSSINGS

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reference"


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


def form_page() -> str:
    """The page of forms."""
    lines = ["# Forms", "", "Written from `law/forms/` by `tools/render_reference.py`. Labels are in our own words.", ""]
    lines += ["Where a field is filled from: a source of the case, boxes that the case ticks, or a person who is asked.", ""]
    for form in load_forms().forms.values():
        lines += [f"## {form.id}: {form.title['en']}", ""]
        made, copies = ", ".join(sorted(form.made_by)), ", ".join(form.audiences)
        lines.append(f"- {form.cite}, since {form.applies_from}; checked on {form.checked}.")
        lines.append(f"- Made by: {made}. Copies for: {copies}.")
        lines.append(f"- Schema: `law/schema/forms/{form.id}.schema.json`.")
        rests = ", ".join(dict.fromkeys(f"{base.act}, after {base.after}" if base.after else base.act for base in form.rests_on))
        lines += [f"- Rests on: {rests}. Without it a copy is a draft and is not sealed.", ""]
        for section in form.sections:
            withheld = f" Never for: {', '.join(sorted(section.withheld_from))}." if section.withheld_from else ""
            lines += [f"### {form.id} {section.id}: {section.title['en']}", ""]
            lines += [f"{section.cite} ({section.mark}). For: {', '.join(sorted(section.shown_to))}.{withheld}", ""]
            if section.fields:
                lines += ["| field | label | holds | filled from |", "|---|---|---|---|"]
                lines += [row for field in section.fields for row in _field_rows(field)]
                lines.append("")
    return "\n".join(lines)


def _field_rows(field: Field) -> list[str]:
    source = "a person" if field.asked else f"`{field.source}`" if field.source else "its boxes" if field.options else ""
    need = " (required)" if field.required else " (required in some cases)" if field.required_when else ""
    label = field.label["en"].replace("|", "/")
    return [
        f"| `{field.path}` | {label}{need} | {field.sort.value} | {source} |",
        *(row for one in field.fields for row in _field_rows(one)),
    ]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "acts.md").write_text(acts(), encoding="utf-8")
    (FOLDER / "errors.md").write_text(error_page(), encoding="utf-8")
    (FOLDER / "forms.md").write_text(form_page(), encoding="utf-8")
    write(load_forms(), ROOT / "law" / "schema" / "forms")
    write_law_schemas(ROOT / "law" / "schema")


if __name__ == "__main__":
    main()
