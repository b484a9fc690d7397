"""`rogatory law`: worked cases, the check of the law, rules as they stand, what changes would change. Needs nothing but files."""

from __future__ import annotations

import typer

from rogatory.cli.law import (
    checking,
    comparing,
    explaining,
    finding,
    keeping,
    providers,
    reforming,
    schemas,
    showing,
    signing,
    states,
    worked,
)

app = typer.Typer(no_args_is_help=True, help="Worked cases, the check of the law files, rules as they stand and as they would be.")
app.command("test")(worked.test)
app.command("check")(checking.check)
app.command("show")(showing.show)
app.command("state")(states.state)
app.command("providers")(providers.providers)
app.command("find")(finding.find)
app.command("diff")(showing.diff)
app.command("explain")(explaining.explain)
app.command("reform")(reforming.reform)
app.command("keep")(keeping.keep)
app.command("schema")(schemas.schema)
app.command("sign")(signing.sign)
app.command("crosswalk")(comparing.crosswalk)
