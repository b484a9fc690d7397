"""Moments as they are written: every form of RFC 3339 is read, the signed form alone is signed, and no zone is guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rogatory.errors import FormError
from rogatory.moments import format_instant, instant, parse_canonical_instant, parse_instant

FIRST, LAST = datetime(1, 1, 3), datetime(9999, 12, 29)  # noqa: DTZ001  # the zone is drawn beside it
ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(FIRST, LAST, timezones=ZONES), st.sampled_from("Tt"), st.integers(0, 9))
def test_a_moment_is_the_same_however_rfc_3339_lets_it_be_written(moment: datetime, letter: str, digits: int) -> None:
    fraction = f".{moment.microsecond * 1000:09d}"[: digits + 1] if digits else ""
    there = moment.replace(microsecond=int(f"{fraction[1:]:0<6}"[:6]))

    assert parse_instant(f"{moment:%Y-%m-%d}".zfill(10) + letter + f"{moment:%H:%M:%S}{fraction}{there.isoformat()[-6:]}") == instant(there)


@pytest.mark.parametrize("text", ["2026-09-17T23:00:00z", "2026-09-17t23:00:00.000000000Z", "2026-09-18T00:00:00+01:00"])
def test_other_spellings_are_read_and_never_signed(text: str) -> None:
    assert format_instant(parse_instant(text)) == "2026-09-17T23:00:00.000Z"
    with pytest.raises(FormError):
        parse_canonical_instant(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-17T23:00:00", "2026-09-17", "2026-09-17 23:00:00Z", "2026-09-17T23:00Z", "2026-09-17T23:00:005Z",
        "2026-09-17T23:00:00.Z",
        "2026-09-17T24:00:00Z", "2026-02-30T00:00:00Z", "2026-09-17T23:00:00+24:00",
        "\uff12026-09-17T23:00:00Z", "0001-01-01T00:00:00+01:00", "",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(FormError):
        parse_instant(text)


def test_a_moment_is_kept_in_utc_to_the_millisecond() -> None:
    assert instant(datetime(2026, 9, 17, 23, 0, 0, 123999, tzinfo=UTC)).microsecond == 123000
    with pytest.raises(FormError, match="zone"):
        instant(datetime(2026, 9, 17))  # noqa: DTZ001  # what is tried
