"""The facts of the demonstration's case, in reserved names and addresses: threats and extortion through a mail account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rogatory.demo.cast import IE, PROVIDER
from rogatory.moments import Instant

ACCOUNT = "redfox.7731@mail.example"
CIRCUMSTANCES: tuple[tuple[str, Any], ...] = (
    ("proceedings", "criminal-proceedings"),
    ("service", "electronic-communications"),
    ("data_held", "already-stored"),
    ("data_held_for", "ordinary-customer"),
    ("addressee", "designated-establishment"),
    ("addressed_as", "controller"),
    ("domestic_power", True),
    ("protection_in_executing_state", "none-known"),
)


def _zoned(text: str) -> dict[str, str]:
    return {"at": text, "zone": "Europe/Paris"}


def item_identification() -> dict[str, Any]:
    """Who used the account on the evening of the threat."""
    return {
        "id": "identification",
        "data": ["ip-connection-records"],
        "purpose": "identify-user-only",
        "identifiers": [{"type": "account", "value": ACCOUNT, "source": "Printed mail with full headers, attached as exhibit 3"}],
        "start": _zoned("2026-09-01T18:00:00+02:00"),
        "end": _zoned("2026-09-01T23:00:00+02:00"),
        "wanted": "IP addresses, source ports and times of the log-ins, to identify the user",
    }


def item_traffic() -> dict[str, Any]:
    """When the account was used in the ten days of the extortion."""
    return {
        "id": "traffic",
        "data": ["session-history"],
        "purpose": "other",
        "identifiers": [{"type": "account", "value": ACCOUNT, "source": "Printed mail with full headers, attached as exhibit 3"}],
        "start": _zoned("2026-08-23T00:00:00+02:00"),
        "end": _zoned("2026-09-02T00:00:00+02:00"),
        "wanted": "Log-ins and log-offs during the days on which money was demanded",
    }


def item_subscriber() -> dict[str, Any]:
    """To whom the account belongs."""
    return {
        **item_identification(),
        "id": "subscriber",
        "data": ["identity-and-contact"],
        "wanted": "Name and address of the subscriber",
    }


def draft(*items: dict[str, Any], emergency: bool = False) -> dict[str, Any]:
    """The order as the officer drafts it."""
    circumstances = [{"fact": fact, "value": value} for fact, value in CIRCUMSTANCES]
    circumstances.append({"fact": "imminent_threat", "value": "to-a-person" if emergency else "none"})
    if emergency:
        circumstances += [
            {"fact": "validator_reachable", "value": False},
            {"fact": "domestic_without_validation", "value": True},
        ]
    return {
        "reference": "PR-2026-0417",
        "measure": "production-order",
        "addressee": PROVIDER.institution,
        "enforcing": IE.institution,
        "items": list(items),
        "offences": [
            {
                "provision": "Code pénal, art. 312-1 (extortion)",
                "nature": "Threats of death and demands for money by mail",
                "max_custodial_months": 84,
                "eu_provision": "none",
                "by_information_system": True,
                "annex_iv_box": "extortion",
            }
        ],
        "circumstances": circumstances,
        "retention_days": 365,
        "summary": "On 1 September 2026 the victim received from the account a threat to kill her son unless money was paid.",
    }


def suspicion() -> dict[str, Any]:
    """What links the account to the offence, what speaks against, why France may prosecute, and which court uses the result."""
    return {
        "facts": "The threat of 1 September 2026 was sent from this account; its headers are complete and were checked by the laboratory.",
        "reliability": "The message was taken from the victim's own mailbox in the presence of an officer.",
        "against": "The account may have been used by somebody who took it over; its password stood in a public leak of 2024.",
        "basis": "territory",
        "jurisdiction": "The victim lives in Lyon and received the threat there.",
        "court": "Tribunal correctionnel de Lyon",
        "admissibility": "Code de procédure pénale, art. 427: proof is free and discussed in open court. A breach of the rules "
        "on connection data could exclude it, if the defence shows that it was harmed.",
    }


def justification(item: str) -> dict[str, Any]:
    """Why an item is needed."""
    if item == "traffic":
        return {
            "item": item,
            "necessity": "The demands came in a rhythm; log-ins at those hours tie the user to the demands and to a workplace.",
            "proportionality": "One account, ten days, no content; the offence carries seven years.",
            "less_intrusive": "Connection records of one evening alone cannot tell a holder from somebody who took the account over.",
            "narrowness": "Only the days between the first and the last demand.",
        }
    return {
        "item": item,
        "necessity": "Nothing else names the sender; the victim does not know him.",
        "proportionality": "One account, one evening, used solely to identify the user.",
        "less_intrusive": "Open sources and the victim's own records were looked at without result.",
        "narrowness": "Five hours around the sending of the threat.",
    }


def persons(until: str) -> dict[str, Any]:
    """Who is touched, and when they are told."""
    common = {
        "never_says": "Which account, which offence, or that the police asked.",
        "way": "Letter to the person herself, after a safe way was chosen",
    }
    return {
        "persons": [
            {
                "id": "user",
                "sort": "user",
                "told": "delayed",
                "until": until,
                "grounds": ["avoid-obstructing-inquiries"],
                "reasons": "The user would destroy the device from which the demands were written.",
                "justification": "Telling the user now would obstruct the inquiries.",
                "says": "Data about your use of a service were given to a court. You can ask the court why.",
                **common,
            },
            {
                "id": "victim",
                "sort": "victim",
                "told": "without-delay",
                "says": "Data about messages sent to you were given to the court that investigates.",
                **common,
            },
        ]
    }


def notice_day(now: Instant) -> str:
    """The last day of the delay: thirty days from now."""
    return (now + timedelta(days=30)).date().isoformat()


EVIDENCE = {
    "identification": (
        "connections.csv",
        b"time,ip,port,account\r\n2026-09-01T19:02:11Z,203.0.113.77,51820,redfox.7731\r\n2026-09-01T19:40:53Z,203.0.113.77,51907,redfox.7731\r\n",
    ),
    "traffic": (
        "sessions.csv",
        b"login,logoff,account\r\n2026-08-30T05:58:02Z,2026-08-30T06:21:40Z,redfox.7731\r\n2026-08-31T05:57:44Z,2026-08-31T06:19:12Z,redfox.7731\r\n",
    ),
    "subscriber": ("subscriber.csv", b"account,name,address\r\nredfox.7731,Example Person,1 Example Street\r\n"),
}
