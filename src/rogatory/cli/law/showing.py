"""`rogatory law show` and `law diff`: one rule as it stands on a day, and what changed between two states of the law."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from rogatory.cli.law.doors import Language, LawFolder, spoken, stop
from rogatory.law import Pack
from rogatory.law.comparison import changes
from rogatory.law.model import Guarded, Rule
from rogatory.moments import instant, parse_day
from rogatory.node.packs import corpus, instruments, load_corpus, pack_at


def show(
    rule: Annotated[str, typer.Argument(help="The id of a rule, such as eu-e-evidence.E16, or of an instrument")],
    on: Annotated[str, typer.Option("--on", help="The day on which it is asked, such as 2026-09-01")] = "",
    lang: Language = "en",
    law: LawFolder = None,
) -> None:
    """Show one rule as it stands on a day: what it says, when it applies, what keeps it, what follows, how it is known."""
    folder = law or corpus()
    instrument = rule.partition(".")[0]
    if instrument not in instruments(folder):
        raise stop(f"{instrument!r} is no instrument of this release; it knows {', '.join(instruments(folder))}")
    pack = _on(instrument, on, folder) if on else load_corpus(instrument, folder)
    spoken(pack.tongues, lang)
    found = [one for one in pack.rules if rule in {one.id, instrument}]
    if not found:
        raise stop(f"{rule!r} is no rule of {instrument}; it has {', '.join(one.id for one in pack.rules)}")
    typer.echo(f"{pack.name}; {_period(pack)}; sources checked {pack.checked_on}; owner: {pack.owner}; review by {pack.review_by}")
    if on:
        begun = pack.applies_from is not None and pack.applies_from <= parse_day(on)
        ended = pack.applies_until is not None and parse_day(on) > pack.applies_until
        typer.echo(f"On {on} it is {'in force' if begun and not ended else 'not in force'}.")
    for one in found:
        typer.echo("")
        _rule(one, pack, lang)


def _on(instrument: str, day: str, folder: Path) -> Pack:
    return pack_at(instrument, instant(datetime.combine(parse_day(day), time(12), tzinfo=UTC)), folder)


def _period(pack: Pack) -> str:
    begins = f"applies from {pack.applies_from}" if pack.applies_from else "not in force yet"
    return f"{begins} until {pack.applies_until}" if pack.applies_until else begins


def _rule(rule: Rule, pack: Pack, lang: str) -> None:
    words = pack.tongues[lang].words
    typer.echo(f"{rule.id}  ({rule.place})")
    typer.echo(f"  {rule.says[lang]}")
    typer.echo(f"  asked for: {', '.join(sorted(rule.acts))}")
    if rule.when:
        typer.echo(f"  applies when: {_one_line(rule.when.text)}")
    for number, one in enumerate(rule.keep):
        typer.echo(f"  {'kept if' if not number else '     or'}: {_consequence(one)}")
    if rule.known:
        typer.echo(f"  kept if known: {', '.join(rule.known)}")
    for one in rule.choose:
        typer.echo(f"  if broken, {rule.kind}: {_consequence(one)}")
    typer.echo(f"  {words['cure']}: {rule.cure[lang]}")
    typer.echo(f"  {words['mark-' + rule.mark]} ({rule.mark}); from: {', '.join(rule.origin)}")


def _consequence(one: Guarded) -> str:
    need = f"; needs {one.need} by {', '.join(one.givers) or 'those of ' + one.givers_of}" if one.need else ""
    text = _one_line(one.text) or "otherwise"
    return f"{text}  [{', '.join(one.cites) or 'no article'}]{need}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def diff(
    old: Annotated[str, typer.Argument(help="A day such as 2026-09-01, or a folder of law")],
    new: Annotated[str, typer.Argument(help="Another day, or another folder of law")],
    instrument: Annotated[str, typer.Option("--instrument", help="Only this instrument")] = "",
    law: LawFolder = None,
) -> None:
    """Show what changed in the law between two days, or between two folders. Exit status: 0 nothing changed, 1 something did."""
    folder = law or corpus()
    before, after = _state(old, folder, instrument), _state(new, folder, instrument)
    count = 0
    for name in sorted(before.keys() | after.keys()):
        lines = changes(before.get(name), after.get(name))
        if lines:
            typer.echo(f"{name}:")
            typer.echo("\n".join(f"  {line}" for line in lines))
        count += len(lines)
    typer.echo(f"{count} change{'s' if count > 1 else ''}" if count else "nothing changed")
    raise typer.Exit(1 if count else 0)


def _state(which: str, folder: Path, instrument: str) -> dict[str, Pack]:
    """The law of a folder; or of a day, without what is not in force then."""
    if Path(which).is_dir():
        path = Path(which)
        return {name: load_corpus(name, path) for name in instruments(path) if instrument in {"", name}}
    day = parse_day(which)
    found = {name: _on(name, which, folder) for name in instruments(folder) if instrument in {"", name}}
    return {
        name: pack
        for name, pack in found.items()
        if pack.applies_from is not None and pack.applies_from <= day and (pack.applies_until is None or day <= pack.applies_until)
    }
