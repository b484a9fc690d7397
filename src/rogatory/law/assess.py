"""Ask a pack a question: every finding with its article and cure, the outcome, and what follows beside it.

The order of outcomes is that of `law/README.md`: a known bar stands whatever else is unknown, and permission is never given
while an unknown fact could take it away. The function is total: for the same question and pack it gives the same answer.

A rule of the kind *judge* asks something of a human. It never moves the outcome, whether it is broken or untold, so that a fact left
out of a refused request cannot permit it; whoever carries the act on stops until `Assessment.for_a_human` is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from rogatory.law.conditions import Plain, Untold, closed
from rogatory.law.environment import Environment, frozen_facts
from rogatory.law.jurisdiction import with_declarations
from rogatory.law.model import Assessment, Beside, Deadline, Finding, Guarded, Named, Pack, Question, Rule

MOST_SUPPOSED = 4096
UNMOVING = frozenset({"judge", "warn"})
"""Kinds of rule that never move the outcome: what is asked of a human, and what the law advises."""
Test: TypeAlias = "Callable[[Environment], bool | Untold | None]"
WORST = ("broken", "untold", "kept")
_STOPS = (("broken", "unavailable"), ("broken", "blocked"))


def assess(question: Question, pack: Pack) -> Assessment:
    """Everything that the law says of the question."""
    question = with_declarations(question, pack.states)
    env = Environment(question, pack, frozen_facts(question.facts))
    findings = tuple(one for rule in pack.rules if question.act in rule.acts for one in (_of_each(rule, env),) if one is not None)
    outcome = _outcome(findings, known=any(question.act in rule.acts for rule in pack.rules)) if question.act else None
    deciding = _deciding(findings, outcome)
    missing = {name for finding in deciding for name in finding.missing}
    return Assessment(
        outcome=outcome,
        needs=_needs(deciding, pack, env) if outcome == "needs" else {},
        missing=tuple(sorted(missing)),
        findings=findings,
        deciding=deciding,
        pack=pack.hash,
        follow=lambda: _beside(env),
    )


def _beside(env: Environment) -> Beside:
    pack = env.pack
    return Beside(
        duties=_stated(pack.duties, env),
        deadlines=_deadlines(env),
        grounds=tuple(sorted({one.name for one in pack.grounds if one.test(env) is True})),
        forbidden=_stated(pack.forbidden, env),
        open_points=_stated(pack.open_points, env),
    )


def for_a_human(question: Question, pack: Pack) -> tuple[Finding, ...]:
    """`assess(question, pack).for_a_human`, and nothing else of the law is asked."""
    question = with_declarations(question, pack.states)
    env = Environment(question, pack, frozen_facts(question.facts))
    findings = (finding(rule, env) for rule in pack.rules if rule.kind == "judge" and question.act in rule.acts)
    return tuple(one for one in findings if one is not None and one.result != "kept")


def deadlines(question: Question, pack: Pack) -> Mapping[str, Deadline]:
    """The deadlines of the question alone, as `assess` states them."""
    return _deadlines(Environment(question, pack, frozen_facts(question.facts)))


def _outcome(findings: Iterable[Finding], *, known: bool) -> str:
    """The outcome. An act on which the instrument holds no rule at all is not one that it opens."""
    if not known:
        return "unavailable"
    found = {(one.result, one.kind) for one in findings}
    for result, kind in _STOPS:
        if (result, kind) in found:
            return kind
    if ("untold", "unavailable") in found or ("untold", "blocked") in found:
        return "undetermined"
    if ("broken", "needs") in found:
        return "needs"
    return "undetermined" if ("untold", "needs") in found else "permitted"


def _deciding(findings: tuple[Finding, ...], outcome: str | None) -> tuple[Finding, ...]:
    match outcome:
        case "permitted":
            return tuple(one for one in findings if one.result == "kept")
        case "undetermined":
            return tuple(one for one in findings if one.result == "untold" and one.kind not in UNMOVING)
        case None:
            return ()
        case kind:
            return tuple(one for one in findings if one.result == "broken" and one.kind == kind)


def _of_each(rule: Rule, env: Environment) -> Finding | None:
    """What a rule says: where it asks for a fact that differs, the worst of what it says of each thing that is asked."""
    each = [env.supposing(facts) for name, parts in env.question.apart.items() if name in rule.facts for facts in map(frozen_facts, parts)]
    found = [one for one in (finding(rule, one) for one in each or (env,)) if one is not None]
    return min(found, key=lambda one: WORST.index(one.result), default=None)


def finding(rule: Rule, env: Environment) -> Finding | None:
    """What a rule says of the facts; nothing if it does not apply."""
    answer = kept(rule, env)
    if isinstance(answer, Untold) and not rule.known:  # what must be known is not supposed
        answer = supposed(lambda other: kept(rule, other), env, answer)
    if answer is None:
        return None
    missing: tuple[str, ...]
    if answer is True:
        result, cites, missing = "kept", _kept_cites(rule, env), ()
    elif answer is False:
        result, cites, missing = "broken", _chosen_cites(rule, env), ()
    else:
        result, cites, missing = "untold", _open_cites(rule, env), tuple(sorted(answer.missing))
    return Finding(
        rule=rule.id,
        result=result,
        kind=rule.kind,
        cites=cites,
        says=rule.says,
        cure=rule.cure,
        facts=tuple(name for name in rule.facts if name in env.facts),
        missing=missing,
        mark=rule.mark,
    )


def kept(rule: Rule, env: Environment) -> bool | Untold | None:
    """Kept, broken, untold; nothing if the rule does not apply."""
    when = rule.when.test(env) if rule.when and rule.when.test else True
    if when is False:
        return None
    keep: bool | Untold = False
    if rule.known:
        missing = frozenset(name for name in rule.known if name not in env.facts)
        if not missing:
            return True
        keep = Untold(missing)
    for one in rule.keep:
        answer = one.test(env) if one.test else True
        if answer is True:
            return True
        if isinstance(answer, Untold):
            keep = keep | answer if isinstance(keep, Untold) else answer
    if isinstance(when, Untold):
        return when | keep if isinstance(keep, Untold) else when
    return keep


def supposed(test: Test, env: Environment, untold: Untold) -> bool | Untold | None:
    """Try each closed word of the missing facts, one fact at a time: a test stays untold only if the answers differ."""
    return _settled(test, env, untold, [MOST_SUPPOSED])


def _settled(test: Test, env: Environment, untold: Untold, left: list[int]) -> bool | Untold:
    name, values = _first_closed(untold, env.pack)
    found: bool | None = None
    for value in values:
        left[0] -= 1
        other = env.supposing({name: value})
        answer = test(other)
        if isinstance(answer, Untold):
            answer = _settled(test, other, answer, left) if left[0] > 0 else untold
        if isinstance(answer, Untold) or found not in {None, answer is not False}:
            return untold
        found = answer is not False
    return untold if found is None else found


def _first_closed(untold: Untold, pack: Pack) -> tuple[str, tuple[Plain, ...]]:
    """Of the missing facts the first whose words are closed, with these words."""
    for name in sorted(untold.missing):
        head, _, key = name.partition(".")
        fact = pack.vocabulary.offence.get(key) if key else pack.vocabulary.facts.get(head)
        values = closed(fact) if fact else ()
        if values:
            return name, values
    return "", ()


def _kept_cites(rule: Rule, env: Environment) -> tuple[str, ...]:
    for one in rule.keep:
        if one.test is None or one.test(env) is True:
            return one.cites
    return tuple(dict.fromkeys(cite for one in rule.keep for cite in one.cites)) if not rule.known else ()


def _choice(rule: Rule, env: Environment) -> tuple[Guarded, ...]:
    """The consequence that applies; all that still may, if a missing fact decides between them."""
    open_: list[Guarded] = []
    for one in rule.choose:
        answer = one.test(env) if one.test else True
        if answer is True:
            return (*open_, one)
        if isinstance(answer, Untold):
            open_.append(one)
    return tuple(open_)


def _chosen_cites(rule: Rule, env: Environment) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cite for one in _choice(rule, env) for cite in one.cites))


def _open_cites(rule: Rule, env: Environment) -> tuple[str, ...]:
    """What an untold rule turns on: what would follow if it were broken, and what may yet keep it."""
    open_ = (one for one in rule.keep if one.test and isinstance(one.test(env), Untold))
    return tuple(dict.fromkeys((*_chosen_cites(rule, env), *(cite for one in open_ for cite in one.cites))))


def _needs(deciding: Iterable[Finding], pack: Pack, env: Environment) -> Mapping[str, tuple[str, ...]]:
    rules = {rule.id: rule for rule in pack.rules}
    needs: dict[str, tuple[str, ...]] = {}
    for finding in deciding:
        for one in _choice(rules[finding.rule], env):
            if one.need:
                known, givers = needs.get(one.need), _givers(one, env)
                needs[one.need] = givers if known is None else tuple(giver for giver in known if giver in givers)
                break
    return needs


def _givers(one: Guarded, env: Environment) -> tuple[str, ...]:
    held = env.facts.get(one.givers_of) if one.givers_of else one.givers
    return tuple(str(giver) for giver in held) if isinstance(held, tuple) else ()


def _stated(named: Iterable[Named], env: Environment) -> tuple[str, ...]:
    return tuple(sorted({one.name for one in named if _holds(one, env)}))


def _holds(one: Named, env: Environment) -> bool:
    answer = one.test(env)
    if isinstance(answer, Untold):
        answer = supposed(one.test, env, answer) or False
    return answer is True


def _deadlines(env: Environment) -> Mapping[str, Deadline]:
    stated = {name: env.deadline(name) for name in env.pack.periods}
    return {name: one for name, one in stated.items() if isinstance(one, Deadline)}
