"""The command `rogatory`: its table of commands, and what an error becomes for a person at a terminal.

- A command's module is loaded when the command is called or listed, and loads what it needs only when it runs: so
  `law` and `verify` never load Django (`tests/architecture/test_doors.py`).
- No process leaves a dump of its memory, from before any command is loaded.
- Every error of ours ends as one sentence (what, where, why, cure) and an exit status that scripts can rely on.

Left to others: what each command does (its own module beside this one).
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

import typer
from typer.core import TyperCommand, TyperGroup

from rogatory.errors import InputError, ProofError, RogatoryError
from rogatory.memory import never_dumped

COMMANDS: Final = {
    "demo": ("rogatory.cli.demo", "demo", "See it work"),
    "verify": ("rogatory.cli.verify", "verify", "Read and check"),
    "custody": ("rogatory.cli.custody", "app", "Read and check"),
    "log": ("rogatory.cli.log", "app", "Read and check"),
    "law": ("rogatory.cli.law", "app", "Read and check"),
    "forms": ("rogatory.cli.forms", "app", "Read and check"),
    "serve": ("rogatory.cli.node", "serve", "Run a node"),
    "work": ("rogatory.cli.node", "work", "Run a node"),
    "audit": ("rogatory.cli.audit", "audit", "Run a node"),
    "recount": ("rogatory.cli.recount", "app", "Read and check"),
    "witness": ("rogatory.cli.witness", "witness", "Run a node"),
}
"""Name, module, what to call there, and under which heading it is listed."""

REFUSED, WRONG_INPUT, FAULT = 1, 2, 3


class Commands(TyperGroup):
    """The table above, read when it is needed."""

    def list_commands(self, ctx: object) -> list[str]:
        """Every name, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:
        """The command of that name, with its module loaded."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, panel = COMMANDS[cmd_name]
        found = getattr(import_module(module), attribute)
        app = found if isinstance(found, typer.Typer) else typer.Typer(add_completion=False)
        if app is not found:
            app.command(cmd_name)(found)
        command = typer.main.get_command(app)
        if not isinstance(command, TyperCommand | TyperGroup):
            raise TypeError(f"{module}.{attribute} is no command of Typer")
        command.name = cmd_name
        command.rich_help_panel = panel
        return command


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,  # a local may be a key
    help="""Carry a request for electronic evidence across a border, under the law that applies.

    Rogatory identifies nobody itself. It is the legal route and its proof: each safeguard is a step that cannot be
    skipped, and outsiders can check that none was.

    New here? Run **rogatory demo**: three nodes on this machine, with fictional people.
    Given a receipt, a log or a case file? **rogatory verify** checks it: no network, no database, no account.
    To see which rules apply, and to try them on cases of your own: **rogatory law**.

    Exit status: 0 done, 1 refused by the law or not proved, 2 wrong input, 3 a fault of ours.""",
)


@app.callback()
def _rogatory() -> None:
    """The group itself does nothing; its commands do."""


def main() -> None:
    """The entry point: run the command, and end an error of ours as a sentence and an exit status."""
    never_dumped()
    try:
        app(prog_name="rogatory")
    except RogatoryError as error:
        typer.echo(f"rogatory: {error}", err=True)
        raise SystemExit(exit_status(error)) from None


def exit_status(error: RogatoryError) -> int:
    """The exit status that tells a script what happened."""
    match error:
        case ProofError():
            return REFUSED
        case InputError():
            return WRONG_INPUT
        case _:
            return FAULT


if __name__ == "__main__":
    main()
