"""Destroy what an act of destruction ordered: here, and by its act with everybody else who holds it.

    at once             the identities of the items and every secret of their packages: with them go all copies, wherever they
                        lie; then the sealed files, what has arrived of others, uploads, texts that wait for a signature
    certify             this node states to the issuing authority what it destroyed, and when its last backup is gone
    once all was sent   the key of the case, and the contents of every act

Where only some items have ended, their identities and packages go and are certified, and the rest of the case stays.

Skeletons stay: each still matches its place in the ledger, and every proof still holds. What is done afterwards in the case is
written under a new key. Each step can be done again, so that a crash between two of them leaves none undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from rogatory.canonical import Value
from rogatory.moments import Instant, instant
from rogatory.node import storage, write_log
from rogatory.node.acting import make
from rogatory.node.evidence import uploads
from rogatory.node.installation import Installation
from rogatory.node.keys import seal_key
from rogatory.node.listed import with_digest
from rogatory.node.models import CaseRow, Clock, Contents, Destroyed, Outbox, Package, PreparedStatement, Upload
from rogatory.node.rows import CaseUpdate
from rogatory.node.working import author
from rogatory.procedure import Capacity, Case, Request, State

BACKUPS_LIVE = timedelta(days=7)
"""For how long a backup of the case keys is kept: the certificate states the day on which the last one is gone."""
DESTROYING = frozenset({"purge", "end keeping", "end file"})
"""Which acts order it: for the whole case, or, as `end keeping` may, for single items."""
REMAIN = frozenset({"certify purge", "end keeping", "end file"})
"""What still says something of a destroyed case."""
GRACE = timedelta(days=30)
"""How long contents wait for a peer that does not answer. Their case is closed to everybody meanwhile."""


def destroy(house: Installation) -> None:
    """Go on with every destruction that is under way."""
    now = house.clock.now()
    _end_items(house, now)
    for case_id in CaseRow.objects.filter(state=State.PURGED).exclude(pk__in=Destroyed.objects.values("case")).values_list("pk", flat=True):
        _begin(house, str(case_id), now)
    for one in Destroyed.objects.filter(emptied_at=None):
        _certify(house, one)
        if _all_sent(one, now):
            _empty(house, str(one.case), now)


def _end_items(house: Installation, now: Instant) -> None:
    """Of each item whose time has ended: its identity, its packages and what was kept of them; then the certificate."""
    for row in Package.objects.filter(state="ending").order_by("digest"):
        case_id = str(row.case)
        case = storage.load_case(house, case_id).case
        line = next((one.line for one in case.packages if one.line.digest == row.digest), None)
        if case.purged or line is None:
            continue  # the whole case ends: below
        house.case_keys.destroy_kept(case_id, seal_key(line.item))
        house.case_keys.destroy_kept(case_id, f"index-{row.digest[:32]}")
        house.store.delete(row.digest)
        act = case.ended[line.item]
        lying = [one.line.digest for one in case.packages if case.ended.get(one.line.item) == act]
        if not Package.objects.filter(digest__in=lying, state="ending").exclude(pk=row.pk).exists():
            _state_end(house, case, act, lying, now)
        Package.objects.filter(pk=row.pk).update(state="purged", sealed=None)


def _state_end(house: Installation, case: Case, act: str, digests: list[str], now: Instant) -> None:
    """Certify that the packages which one act ended are gone; the contents of the acts stay with the rest of the case."""
    given: dict[str, Value] = {
        "purge": act, "packages": sorted(digests), "contents": 0, "complete_on": (now + BACKUPS_LIVE).date().isoformat()
    }  # fmt: skip
    by = author(house, None, Capacity.SOFTWARE)
    make(house, Request(kind="certify purge", by=by, case=case.ref, given=given), key=f"certify {act}")


def forget(house: Installation, case_id: str, act: str, now: Instant) -> None:
    """Destroy at once a case that was destroyed before, by an act that this node has lost: a copy had brought it back."""
    Destroyed.objects.get_or_create(case=case_id, defaults={"act": act, "at": now})
    _begin(house, case_id, now)
    _list_as_purged(case_id)
    Outbox.objects.filter(case=case_id, state="waiting").delete()
    _empty(house, case_id, now)


def _list_as_purged(case_id: str) -> None:
    """No act was committed that would say so in the row; its digest says that it was meant."""
    with transaction.atomic():
        row = CaseRow.objects.get(pk=case_id)
        purged = CaseUpdate(
            id=case_id,
            institution=row.institution,
            reference=row.reference,
            expected_version=row.version,
            state=State.PURGED,
            summary=row.summary,
            updated=instant(row.updated),
        )
        Clock.objects.filter(case=case_id).delete()
        CaseRow.objects.filter(pk=case_id).update(state=State.PURGED, summary=with_digest(purged, ()), version=F("version") + 1)


def forget_items(house: Installation, case_id: str, items: Iterable[str]) -> int:
    """Likewise items of a case that goes on. How many of them were still here."""
    case, done = storage.load_case(house, case_id).case, 0
    for item in items:
        if seal_key(item) in house.case_keys.names(case_id):
            done += 1
        house.case_keys.destroy_kept(case_id, seal_key(item))
        for one in case.packages:
            if one.line.item == item:
                house.case_keys.destroy_kept(case_id, f"index-{one.line.digest[:32]}")
                house.store.delete(one.line.digest)
                Package.objects.filter(pk=one.line.digest).update(state="purged", sealed=None)
    return done


def _begin(house: Installation, case_id: str, now: Instant) -> None:
    """Keys and files."""
    for name in house.case_keys.names(case_id):
        house.case_keys.destroy_kept(case_id, name)
    for package in Package.objects.filter(case=case_id).exclude(state="purged"):
        house.store.delete(package.digest)
        Package.objects.filter(pk=package.pk).update(state="purged", sealed=None)
    for row in Upload.objects.filter(case=case_id):
        uploads.remove(house, row)
    PreparedStatement.objects.filter(case=case_id).delete()
    case = storage.load_case(house, case_id).case
    Destroyed.objects.get_or_create(case=case_id, defaults={"act": case.purged or "", "at": now})


def _certify(house: Installation, one: Destroyed) -> None:
    case_id = str(one.case)
    case = storage.load_case(house, case_id).case
    if any(made.by == case.me and made.of == one.act for made in case.certificates):
        return
    digests: list[Value] = [*Package.objects.filter(case=case_id).order_by("digest").values_list("digest", flat=True)[:200]]
    given: dict[str, Value] = {
        "purge": one.act,
        "packages": digests,
        "contents": Contents.objects.filter(case=case_id).count(),
        "complete_on": (one.at + BACKUPS_LIVE).date().isoformat(),
    }
    by = author(house, None, Capacity.SOFTWARE)
    make(house, Request(kind="certify purge", by=by, case=case.ref, given=given), key=f"certify {one.act}")


def _all_sent(one: Destroyed, now: Instant) -> bool:
    return not Outbox.objects.filter(case=one.case, state="waiting").exists() or one.at < now - GRACE


def _empty(house: Installation, case_id: str, now: Instant) -> None:
    """The key of the case, then the contents of every act; the case is then read anew by every process.

    Certificates and ends stay, under the new key: they name items, digests and days, and nothing of a person. Who was restored from
    a copy needs them.
    """
    certificates = {
        view.hash: signed
        for signed, view in storage.read_acts(house, case_id)
        if view.kind in REMAIN and view.parts
    }  # fmt: skip
    old = list(Contents.objects.filter(case=case_id).values_list("hash", flat=True))
    house.case_keys.destroy(case_id)
    kept = []
    for view_hash, signed in certificates.items():
        kept.append(Contents(hash=view_hash, case=case_id, sealed=storage.seal_disclosures(house, case_id, view_hash, signed)))
    with transaction.atomic():
        Contents.objects.filter(hash__in=old).delete()
        Contents.objects.bulk_create(kept)
        CaseRow.objects.filter(pk=case_id).update(version=F("version") + 1)
        Destroyed.objects.filter(pk=case_id).update(emptied_at=now)
    write_log.cut()
