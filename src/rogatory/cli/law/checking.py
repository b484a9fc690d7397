"""`rogatory law check`."""

from __future__ import annotations

import typer

from rogatory.node.packs import corpus, instruments, load_corpus, load_providers, load_states, overlays, pack_for


def check() -> None:
    """Load every instrument: types, words, citations, conditions. Exit status: 0 sound, 2 a file is broken."""
    for name in instruments(corpus()):
        pack = load_corpus(name)
        typer.echo(f"{name}: {len(pack.rules)} rules, {len(pack.periods)} deadlines, {len(pack.places)} States; pack {pack.hash}")
    for state, name in overlays(corpus()):
        laid, below = pack_for(name, frozenset({state})), load_corpus(name)
        typer.echo(f"{name} in {state}: further rules: {len(laid.rules) - len(below.rules)}; pack {laid.hash}")
    typer.echo(f"{len(load_states())} States, {len(load_providers())} providers")
