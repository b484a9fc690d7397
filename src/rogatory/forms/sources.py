"""What a form may be filled with from a case: each source by name, as a form file calls it.

- A source reads what this node holds of the case and concludes nothing: what is not known here is absent.
- On the addressee's node the facts are those of the certificate that crossed, so section M has nothing to be filled with there.

Left to others: which field takes which source (`law/forms/`), and what a box is ticked by (tests of the form).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rogatory.act import Author
from rogatory.canonical import Value
from rogatory.forms.view import Contact, View
from rogatory.moments import format_instant
from rogatory.procedure import ActView, Case, Role
from rogatory.procedure.acts.telling import notice_text, person_of
from rogatory.procedure.facts import facts_of
from rogatory.procedure.order import Item, ZonedTime
from rogatory.procedure.retention import days_of

Source = Callable[[View], "Value | None"]


def values(view: View) -> Mapping[str, Value]:
    """Everything that the case says, by the name of its source; what it does not say is absent."""
    found = {name: source(view) for name, source in SOURCES.items()}
    return {name: value for name, value in found.items() if value not in (None, "", [], ())}


# ---- institutions and people


def _uri(view: View, role: Role) -> str:
    return view.case.parties.get(role, "")


def _institution(role: Role) -> dict[str, Source]:
    def known(view: View) -> Contact:
        return view.contacts.get(_uri(view, role), Contact())

    def named(view: View, part: str) -> str | None:
        found = view.world.institutions.get(_uri(view, role))
        return str(getattr(found, part)) if found else None

    return {
        "uri": lambda view: _uri(view, role) or None,
        "name": lambda view: named(view, "name"),
        "state": lambda view: named(view, "state"),
        "telephone": lambda view: known(view).telephone or None,
        "languages": lambda view: ", ".join(known(view).languages) or None,
        "pages": lambda view: known(view).address or None,
    }


def _person(by: Author | None, view: View) -> str | None:
    if by is None or by.officer is None:
        return None
    return view.names.get(by.officer, by.officer)


def _issuer(view: View) -> Author | None:
    return view.case.draft.by if view.case.draft else None


def _validator(view: View) -> Author | None:
    decision, issuer = view.case.decision, _issuer(view)
    if decision is None or (issuer is not None and issuer.officer == decision.by.officer):
        return None
    return decision.by


def _decider(view: View) -> Author | None:
    case = view.case
    return case.decision.by if case.decision else case.emergency.by if case.emergency else None


# ---- acts and facts


def _latest(case: Case, *kinds: str) -> ActView | None:
    return next((act for act in reversed(case.acts) if act.kind in kinds), None)


def _part(kind: str, part: str) -> Source:
    def source(view: View) -> Value | None:
        act = _latest(view.case, kind)
        return act.parts.get(part) if act else None

    return source


def _day(*kinds: str) -> Source:
    def source(view: View) -> Value | None:
        act = _latest(view.case, *kinds)
        return format_instant(act.at)[:10] if act else None

    return source


def _fact(name: str) -> Source:
    return lambda view: facts_of(view.case, view.world).get(name) if view.case.parties else None


def _reference(view: View) -> Value | None:
    if view.case.draft:
        return view.case.draft.reference
    act = _latest(view.case, "transmit", "notify enforcing authority")
    return act.parts.get("reference") if act else None


def _received(view: View) -> Value | None:
    """When the addressee received the certificate, as it acknowledged itself."""
    sent = _latest(view.case, "transmit")
    for act in view.case.acts:
        named = act.parts.get("of")
        if act.kind == "acknowledge" and sent and isinstance(named, list | tuple) and sent.hash in named:
            return act.parts.get("received_at")
    return None


# ---- what is asked


def items(view: View) -> tuple[Item, ...]:
    """The items as sent, else as decided, else as drafted."""
    case = view.case
    return (case.sent.items if case.sent else ()) or case.granted or (case.draft.items if case.draft else ())


def _kept_days(view: View) -> Value | None:
    """The longest time of keeping of what is asked, in days."""
    case = view.case
    items = case.sent.items if case.sent else case.granted or (case.draft.items if case.draft else ())
    order = case.draft.retention_days if case.draft else case.sent.retention_days if case.sent else None
    return max((days_of(item, order) for item in items), default=order) if order else None


def _deadline(view: View) -> Value | None:
    sent = view.case.sent
    if sent is None:
        return None
    return "emergency" if sent.emergency else "notified" if sent.notification else "not-notified"


def _zoned(name: str, time: ZonedTime | None) -> dict[str, Value]:
    return {name: time.at, f"{name}_zone": time.zone} if time else {}


def _items(view: View) -> list[Value]:
    return [
        {
            "id": item.id,
            "data": list(item.data),
            "purpose": item.purpose,
            **_zoned("start", item.start),
            **_zoned("end", item.end),
            "wanted": item.wanted,
        }
        for item in items(view)
    ]


def _identifiers(view: View) -> list[Value]:
    found: list[Value] = []
    for item in items(view):
        for one in item.identifiers:
            entry: dict[str, Value] = {"type": one.type, "value": one.value, **_zoned("at", one.at)}
            if one.port is not None:
                entry["port"] = one.port
            if entry not in found:
                found.append(entry)
    return found


def _kinds(view: View) -> list[Value]:
    """The kinds of data asked, plain and with what they are for: `ip-connection-records/identify-user-only`."""
    asked = {(kind, item.purpose) for item in items(view) for kind in item.data}
    return [*sorted({kind for kind, _ in asked} | {f"{kind}/{purpose}" for kind, purpose in asked})]


def _offences(view: View) -> list[Value]:
    draft = view.case.draft
    if draft:
        whole = [one.model_dump(mode="json", exclude_none=True) for one in draft.offences]
        return [{key: value for key, value in one.items() if value != "none"} for one in whole]
    act = _latest(view.case, "notify enforcing authority", "transmit")
    named = act.parts.get("provisions") if act else None
    return [{"provision": one} for one in named] if isinstance(named, list | tuple) else []


def _of_offences(key: str) -> Source:
    def source(view: View) -> Value | None:
        offences = _fact("offences")(view)
        held = [one.get(key) for one in offences if isinstance(one, Mapping)] if isinstance(offences, list | tuple) else []
        return [one for one in held if one not in (None, "none")]

    return source


def _longest(view: View) -> Value | None:
    months = _of_offences("max_custodial_months")(view)
    numbers = [one for one in months if isinstance(one, int)] if isinstance(months, list) else []
    return max(numbers, default=None)


# ---- for the enforcing authority only


def _section_m(view: View, part: str) -> Value | None:
    act = _latest(view.case, "notify enforcing authority")
    held = act.parts.get("section_m") if act else None
    return held.get(part) if isinstance(held, Mapping) else None


def _justifications(view: View) -> Value | None:
    latest = {str(act.parts.get("item")): dict(act.parts) for act in view.case.acts if act.kind == "justify"}
    return list(latest.values()) or _section_m(view, "justifications")


def _suspicion(part: str) -> Source:
    def source(view: View) -> Value | None:
        act = _latest(view.case, "state suspicion")
        if act:
            return act.parts.get(part)
        held = _section_m(view, "suspicion")
        return held.get(part) if isinstance(held, Mapping) else None

    return source


def _summary(view: View) -> Value | None:
    return view.case.draft.summary if view.case.draft else _section_m(view, "summary")


# ---- decision, notice, receipt


def _decided(view: View) -> Value | None:
    decision = view.case.decision
    if decision is None:
        return None
    reasons = {str(one.get("item")): one.get("words") for one in _mappings(_part("authorise", "reasons")(view))}
    found: list[Value] = []
    for one in decision.decided:
        entry: dict[str, Value] = {"id": one.item, "outcome": one.outcome}
        item = next((item for item in decision.items if item.id == one.item), None)
        if item:
            entry |= {"data": list(item.data), **_zoned("start", item.start), **_zoned("end", item.end)}
        words = reasons.get(one.item)
        found.append({**entry, "reasons": words} if words else entry)
    return found


def _mappings(value: Value | None) -> list[Mapping[str, Value]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def _delay(view: View) -> Value | None:
    """The short justification of a delay (Annex I, section H): as written here, or as the certificate brought it."""
    if view.case.persons is not None:
        texts = [one.justification for one in view.case.persons if one.told == "delayed" and one.justification]
    else:
        act = _latest(view.case, "notify enforcing authority", "transmit")
        texts = _texts(act.parts.get("delay")) if act else []
    return "\n".join(dict.fromkeys(texts))


def _told(view: View) -> ActView | None:
    acts = [act for act in view.case.acts if act.kind == "notify person" and act.parts.get("person") == view.about]
    return acts[-1] if acts else None


def _notice(view: View) -> Value | None:
    told, person = _told(view), person_of(view.case, view.about)
    if told:
        return told.parts.get("text")
    return notice_text(view.case, person) if person else None


def _receipts(view: View) -> Value | None:
    """What this institution acknowledged: one entry for each act, with the instant of reception."""
    acknowledged = {
        str(digest): act.parts.get("received_at")
        for act in view.case.acts
        if act.kind == "acknowledge" and act.by.institution == view.case.me
        for digest in _texts(act.parts.get("of"))
    }
    return [
        {"kind": act.kind, "act": act.hash, "sender": act.by.institution, "received_at": acknowledged[act.hash] or format_instant(act.at)}
        for act in view.case.acts
        if act.hash in acknowledged
    ]


def _texts(value: Value | None) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def _packages(view: View) -> Value | None:
    return [{"id": one.line.item, "digest": one.line.digest, "size": one.line.size, "files": one.line.files} for one in view.case.packages]


ITEMS = frozenset(
    (
        *("id", "data", "purpose", "start", "start_zone", "end", "end_zone", "wanted"),
        *("type", "value", "at", "at_zone", "port"),
        *("provision", "nature", "max_custodial_months", "eu_provision", "annex_iv_box", "committed_in"),
        *("item", "necessity", "proportionality", "less_intrusive", "narrowness"),
        *("outcome", "reasons", "kind", "act", "sender", "received_at", "digest", "size", "files"),
    )
)
"""What an entry of a list may hold."""

SOURCES: Mapping[str, Source] = {
    **{f"{role}.{part}": source for role in Role for part, source in _institution(role).items()},
    "case.id": lambda view: view.case.ref.id if view.case.ref else None,
    "case.reference": _reference,
    "issuer.capacity": lambda view: by.capacity if (by := _issuer(view)) else _fact("issuing_authority")(view),
    "issuer.person": lambda view: _person(_issuer(view), view),
    "validator.capacity": lambda view: by.capacity if (by := _validator(view)) else _fact("validated_by")(view),
    "validator.person": lambda view: _person(_validator(view), view),
    "validator.name": lambda view: (
        _institution(Role.ISSUING)["name"](view) if _fact("validated_by")(view) not in (None, "nobody") else None
    ),
    "validator.day": lambda view: format_instant(view.case.decision.at)[:10] if view.case.decision and _validator(view) else None,
    "decider.capacity": lambda view: by.capacity if (by := _decider(view)) else None,
    "decider.person": lambda view: _person(_decider(view), view),
    "order.measure": _fact("measure"),
    "order.executing_authority": lambda view: view.case.draft.executing_authority if view.case.draft else None,
    "order.items": _items,
    "order.identifiers": _identifiers,
    "order.kinds": _kinds,
    "order.notified": lambda view: view.case.sent.notification if view.case.sent else None,
    "order.emergency": lambda view: view.case.emergency is not None or bool(view.case.sent and view.case.sent.emergency),
    "order.deadline": _deadline,
    "order.seal_to": lambda view: (
        "\n".join(f"{item}: {recipient}" for item, recipient in view.case.sent.seal_to.items()) if view.case.sent else None
    ),
    "order.day": _day("authorise", "issue in emergency"),
    "order.sent_day": _day("transmit", "notify enforcing authority"),
    "order.received_at": _received,
    "order.text": lambda view: _part("authorise", "text")(view) or _part("issue in emergency", "text")(view),
    "order.retention_days": _kept_days,
    **{
        f"fact.{name}": _fact(name)
        for name in (
            *("proceedings", "imminent_threat", "addressee", "addressed_as", "controller_may_be_told", "controller_identifiable"),
            *(
                "approach_harmful",
                "person_informed",
                "delay_grounds",
                "service",
                "sentence_months",
                "domestic_without_validation",
                "executing_state",
            ),
        )
    },
    "offence.list": _offences,
    "offence.eu_provisions": _of_offences("eu_provision"),
    "offence.annex_iv": _of_offences("annex_iv_box"),
    "offence.max_custodial_months": _longest,
    "m.summary": _summary,
    "m.justifications": _justifications,
    "m.facts": _suspicion("facts"),
    "m.against": _suspicion("against"),
    "m.basis": _suspicion("basis"),
    "m.jurisdiction": _suspicion("jurisdiction"),
    "delay.justification": _delay,
    "decision.items": _decided,
    "decision.conditions": lambda view: "\n".join(view.case.decision.conditions) if view.case.decision else None,
    "decision.review_on": lambda view: ", ".join(view.case.decision.review_on) if view.case.decision else None,
    "notice.text": _notice,
    "notice.way": lambda view: told.parts.get("way") if (told := _told(view)) else None,
    "notice.day": lambda view: format_instant(told.at)[:10] if (told := _told(view)) else None,
    "answer.answer": lambda view: view.case.answer,
    "answer.words": _part("produce", "words"),
    "answer.preserved": _part("preserve", "words"),
    "objection.based_on": _part("object", "based_on"),
    "objection.explanation": _part("object", "explanation"),
    "question.words": _part("ask", "words"),
    "receipt.acts": _receipts,
    "receipt.packages": _packages,
}
"""Every source, by its name."""
