"""The command `rogatory`. Each command is imported when it is called, so that `law` and `verify` stay small."""

from __future__ import annotations

import typer

from rogatory.cli.demo import demo
from rogatory.cli.law import app as law
from rogatory.cli.node import serve, work

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="markdown",
    help="""Carry a request for electronic evidence across a border, under the law that applies.

    Start with **rogatory demo**: three nodes on this machine, with fictional people.
    Check somebody else's proof with **rogatory verify**: no network, no database, no account.
    Read and test the law with **rogatory law**.

    Exit status: 0 done, 1 refused by the law or not proved, 2 wrong input, 3 a fault.""",
)
app.add_typer(law, name="law")
app.command()(demo)
app.command()(serve)
app.command()(work)


def main() -> None:
    """The entry point."""
    app()


if __name__ == "__main__":
    main()
