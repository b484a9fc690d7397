"""`rogatory forms`: the forms of the law, their sections and who may read them, their schemas. Needs nothing but the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from rogatory.errors import RequestError
from rogatory.forms import LANGUAGES, Field, Form, Library, Sort, schema
from rogatory.node.packs import load_forms

app = typer.Typer(no_args_is_help=True, help="The forms of the law: list them, show one, write their schemas.")
Language = Annotated[str, typer.Option("--language", help=f"One of {', '.join(LANGUAGES)}")]


@app.command("list")
def list_forms(language: Language = "en") -> None:
    """Every form: its name, its title, its provision, who makes it and who reads it."""
    for form in load_forms().forms.values():
        typer.echo(f"{form.id:20} {form.title[_known(language)]}")
        makers, readers = ", ".join(sorted(form.made_by)), ", ".join(form.audiences)
        typer.echo(f"{'':20} {form.cite}; made by {makers}; copies for {readers}; checked on {form.checked}")


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="FORM", help="The name of a form, such as epoc")],
    as_json: Annotated[bool, typer.Option("--json", help="Its schema: JSON Schema 2020-12")] = False,
    language: Language = "en",
) -> None:
    """Show one form: each section with its audiences, each field with its source, its length and its provision."""
    form = load_forms().form(name)
    if as_json:
        typer.echo(json.dumps(schema(form), ensure_ascii=False, indent=2))
        return
    typer.echo("\n".join(_lines(form, _known(language))))


@app.command()
def check() -> None:
    """Load every form: sections, audiences, sources, boxes, languages. Exit status: 0 sound, 2 a file is broken."""
    for form in load_forms().forms.values():
        asked = sum(1 for _ in form.asked())
        withheld = sum(bool(one.withheld_from) for one in form.sections)
        typer.echo(f"{form.id}: {len(form.sections)} sections, {withheld} withheld from somebody, {asked} entries asked of a person")


@app.command("schemas")
def write_schemas(folder: Annotated[Path, typer.Argument(help="The folder to write to")]) -> None:
    """Write the schema of every form, one file each."""
    write(load_forms(), folder)


def write(library: Library, folder: Path) -> None:
    """Write the schema of every form into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for form in library.forms.values():
        text = json.dumps(schema(form), ensure_ascii=False, indent=2) + "\n"
        (folder / f"{form.id}.schema.json").write_text(text, encoding="utf-8")


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise RequestError("the forms have no such language", where=language, cure=f"use {', '.join(LANGUAGES)}")
    return language


def _lines(form: Form, language: str) -> list[str]:
    lines = [f"{form.id}   {form.title[language]}   ({form.cite}, since {form.applies_from})"]
    for section in form.sections:
        shown = ", ".join(sorted(section.shown_to)) or "nobody"
        withheld = f"; never for {', '.join(sorted(section.withheld_from))}" if section.withheld_from else ""
        lines += ["", f"{section.id}. {section.title[language]}", f"   {section.cite} ({section.mark}); for {shown}{withheld}"]
        for field in section.fields:
            lines += _field(field, language, 1)
    return lines


def _field(field: Field, language: str, depth: int) -> list[str]:
    edge = "   " * depth
    if field.sort is Sort.GROUP:
        return [f"{edge}{field.label[language]}:", *(line for one in field.fields for line in _field(one, language, depth + 1))]
    source = "asked of a person" if field.asked else f"from {field.source or 'the case, box by box'}"
    need = ", required" if field.required else ", required in some cases" if field.required_when else ""
    length = f", at most {field.most}" if field.sort in {Sort.LINE, Sort.WORDS, Sort.LIST} else ""
    lines = [f"{edge}{field.label[language]}  [{field.path}: {field.sort.value}{length}; {source}{need}]"]
    lines += [f"{edge}   [ ] {one.label[language]}" for one in field.options if depth == 1]
    return lines + [line for one in field.fields for line in _field(one, language, depth + 1)]
