"""The forms of the law at this node: read from the corpus, filled from a case, shown, printed and sealed.

- Nobody sees a form before the look at its case was recorded with its purpose (`consult`, LED Art. 25).
- An institution that makes a form may make each audience's copy; any other sees the copy of its own role and no other.
- Only a complete form that rests on an act, made by the institution whose form it is, is sealed with its document key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rogatory.canonical import Value
from rogatory.errors import RequestError
from rogatory.forms import (
    LANGUAGES,
    Audience,
    Contact,
    Filled,
    Form,
    Head,
    Layout,
    View,
    document,
    fill,
    layout,
    values,
)
from rogatory.node.desk import Desk, Person
from rogatory.node.installation import Installation
from rogatory.node.keys.document import load_document_key
from rogatory.node.models import Officer as OfficerRow
from rogatory.node.packs import load_forms
from rogatory.node.printing import Sheet, print_form, shelf
from rogatory.node.working import Made, load
from rogatory.procedure import ActView, Case, Refusal, World

COMPLETED = "complete form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which copy of which form somebody wants: for whom, in which language, about which person touched."""

    form: str
    audience: str = ""
    language: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """One copy of a form as a person sees it, with what may be chosen instead."""

    filled: Filled
    layout: Layout
    head: Head
    value: Mapping[str, Value]
    entries: Mapping[str, Value]
    audiences: tuple[Audience, ...]
    about: str
    persons: tuple[str, ...]
    sealed: bool
    may_complete: bool


class FormDesk:
    """What one node offers of forms to its doors."""

    def __init__(self, house: Installation) -> None:
        self.house = house

    def offered(self, person: Person, case_id: str, purpose: str) -> tuple[Form, ...] | Refusal:
        """The forms of a case of which this institution may see a copy."""
        page = Desk(self.house).page(person, case_id, purpose)
        if isinstance(page, Refusal):
            return page
        measure = values(self._view(page.case, "")).get("order.measure")
        return tuple(one for one in load_forms().forms.values() if measure in one.measures and audiences(one, page.case))

    def show(self, person: Person, case_id: str, purpose: str, wish: Wish) -> FormPage | Refusal:
        """One copy of a form. `RequestError` if this institution may not see that copy."""
        page = Desk(self.house).page(person, case_id, purpose)
        if isinstance(page, Refusal):
            return page
        return self.copy(page.case, wish)

    def copy(self, case: Case, wish: Wish) -> FormPage:
        """One copy of a form of a case whose look is recorded already."""
        form = load_forms().form(wish.form)
        open_to = audiences(form, case)
        audience = next((one for one in open_to if wish.audience in ("", one.value)), None)
        if audience is None:
            raise RequestError(
                "this institution may not see that copy",
                where=f"form {form.id}",
                why=wish.audience,
                cure="ask for the copy of its own role",
            )
        persons = tuple(one.id for one in case.persons or ())
        about = wish.about or (persons[0] if form.about and persons else "")
        view = self._view(case, about)
        held = entries(case, form)
        known = values(view)
        measure = known.get("order.measure")
        if measure not in form.measures:
            raise RequestError(f"is no form for a {measure}", where=f"form {form.id}", cure="choose a form of the list")
        filled = fill(form, known, held, audience)
        base = rests_on(form, case, audience, about)
        own = case.role_of(case.me) in form.made_by
        head = Head(
            case=case.ref.id if case.ref else "",
            reference=str(known.get("case.reference", "")),
            act=base.hash if base else "",
            institution=self.house.settings.institution,
            made_at=base.at if base else case.acts[-1].at,
            own=own,
        )
        return FormPage(
            filled=filled,
            layout=layout(filled, load_forms().shared.words, self._language(wish.language)),
            head=head,
            value=document(filled, head),
            entries=held,
            audiences=open_to,
            about=about,
            persons=persons if form.about else (),
            sealed=bool(base) and own and not filled.lacks,
            may_complete=case.role_of(case.me) in form.made_by and any(True for _ in form.asked()),
        )

    def pdf(self, page: FormPage) -> bytes:
        """The copy as a PDF; sealed where it is complete, rests on an act and is this institution's own."""
        now = self.house.clock.now()
        mine = self.house.institutions(now).get(self.house.settings.institution)
        printed = print_form(
            Sheet(
                filled=page.filled,
                layout=page.layout,
                head=page.head,
                value=page.value,
                words=load_forms().shared.words,
                institution=mine.name if mine else self.house.settings.institution,
                receipts=f"{self.house.settings.base_url}/receipts",
            ),
            shelf(),
        )
        key = load_document_key(self.house.settings.home) if page.sealed else None
        if key is None:
            return printed
        from rogatory.node.printing.seal import seal_pdf  # noqa: PLC0415  # what it stands on takes a second to load

        return seal_pdf(printed, key, at=now, reason=load_forms().shared.words["seal"][page.layout.language])

    def complete(self, person: Person, case_id: str, name: str, given: Mapping[str, Value]) -> Made | Refusal:
        """Record what a person wrote into a form. `RequestError` for an entry that the form does not ask for."""
        form = load_forms().form(name)
        asked = {field.path for _, field in form.asked()}
        strange = sorted(given.keys() - asked)
        if strange:
            raise RequestError("the form asks for no such entry", where=f"form {name}: {strange[0]}", cure="see rogatory forms show")
        written: list[Value] = [{"field": path, "value": value} for path, value in sorted(given.items())]
        return Desk(self.house).make(person, COMPLETED, {"form": name, "entries": written}, case_id)

    def case(self, case_id: str) -> Case:
        """The case as it stands; for a caller that has just recorded a look at it."""
        return load(self.house, case_id, self.house.clock.now()).case

    def _language(self, wanted: str) -> str:
        return wanted if wanted in LANGUAGES else LANGUAGES[0]

    def _view(self, case: Case, about: str) -> View:
        now = self.house.clock.now()
        trust = self.house.trust(now)
        contacts = {
            uri: Contact(telephone=one.telephone, languages=tuple(one.languages), address=one.base_url)
            for uri in case.parties.values()
            if (one := trust.institution(uri)) is not None
        }
        world = World(now=now, me=case.me, institutions=self.house.institutions(now), officers={})
        return View(case=case, world=world, contacts=contacts, names=dict(OfficerRow.objects.values_list("pseudonym", "name")), about=about)


def audiences(form: Form, case: Case) -> tuple[Audience, ...]:
    """The copies of a form that this institution may see: all of its own form; of another's the one of its role, once it is made."""
    role = case.role_of(case.me)
    if role is None:
        return ()
    if role in form.made_by:
        return form.audiences
    return tuple(one for one in form.audiences if one.value == role.value and rests_on(form, case, one, ""))


def rests_on(form: Form, case: Case, audience: Audience, about: str) -> ActView | None:
    """The latest act on which a copy rests; nothing for a draft. An institution's own form rests on its own acts.

    A form that somebody completes rests on the last completion: entries that another wrote over it stand under no one's name.
    """
    bases = [base for base in form.rests_on if audience in base.audiences]
    maker = case.role_of(case.me) in form.made_by
    for at in range(len(case.acts) - 1, -1, -1):
        act = case.acts[at]
        if not _is(act, form, about) or (maker and act.by.institution != case.me):
            continue
        for base in (one for one in bases if one.act == act.kind):
            before = not base.after or any(one.kind == base.after for one in case.acts[:at])
            if before and (not base.who or act.by.capacity in base.who):
                return act
            if act.kind == COMPLETED:
                return None
    return None


def _is(act: ActView, form: Form, about: str) -> bool:
    if act.kind == COMPLETED:
        return act.parts.get("form") == form.id
    return not form.about or act.parts.get(form.about) == about


def entries(case: Case, form: Form) -> Mapping[str, Value]:
    """What people of this institution wrote into the form, as the latest act says."""
    for act in reversed(case.acts):
        if act.kind == COMPLETED and act.parts.get("form") == form.id and act.by.institution == case.me:
            held = act.parts.get("entries")
            written = [one for one in held if isinstance(one, Mapping)] if isinstance(held, list | tuple) else []
            return {str(one["field"]): one["value"] for one in written}
    return {}
