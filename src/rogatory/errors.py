"""Every exception that Rogatory raises, in one tree.

    RogatoryError                 never raised itself
    ├── InputError                never raised itself: what came in cannot be taken as it is
    │   ├── FormError             bytes or values that are not in the one canonical form
    │   ├── ActError              an act that is malformed, or whose signature does not hold
    │   ├── MessageError          a message between nodes that cannot be read or is not for us
    │   ├── TrustError            a trust list or statement that cannot be relied on
    │   ├── PackageError          an evidence package that is damaged or not what it says
    │   ├── RequestError          what is asked for is not here, or not for the one who asks
    │   ├── PackError             a law file that is broken: file, line, column
    │   └── CaseFileError         a worked case that breaks its format
    ├── ProofError                a proof that does not prove: which numbered step, of what
    └── FaultError                never raised itself: ours, not the caller's; nothing was written
        ├── ConfigurationError    a setting is missing or contradicts another
        ├── ClockError            the node's clock may not be used to sign
        └── StorageError          what was stored is damaged or cannot be reached
            ├── FullError         the disk is full: nothing was written, reading goes on
            └── CheckingError     a package is still being checked; the same call answers once that is done

A refusal by the law or the procedure is no exception. It is a value (`rogatory.law.Assessment`,
`rogatory.procedure.Refusal`) with its article and its cure.
"""

from __future__ import annotations


class RogatoryError(Exception):
    """What went wrong, where, why, and what to do about it. All four are plain sentences or names.

    >>> print(FormError("is not canonical", where="payload", why="a key stands twice", cure="send it once"))
    payload: is not canonical: a key stands twice. To cure it: send it once
    """

    code = "error"

    def __init__(self, what: str, *, where: str = "", why: str = "", cure: str = "") -> None:
        self.what = what
        self.where = where
        self.why = why
        self.cure = cure
        super().__init__(what)

    def __str__(self) -> str:
        text = ": ".join(part for part in (self.where, self.what, self.why) if part)
        return f"{text}. To cure it: {self.cure}" if self.cure else text


class InputError(RogatoryError):
    """What came in cannot be taken as it is."""

    code = "input"


class FormError(InputError):
    """Bytes or values that are not in the one canonical form (RFC 8785 and `rogatory.canonical`)."""

    code = "form"


class ActError(InputError):
    """An act that is malformed, or whose signature does not hold."""

    code = "act"


class MessageError(InputError):
    """A message between nodes that cannot be read or is not for us."""

    code = "message"


class TrustError(InputError):
    """A trust list or a statement in it that cannot be relied on."""

    code = "trust"


class PackageError(InputError):
    """An evidence package that is damaged or not what it says."""

    code = "package"


class RequestError(InputError):
    """What is asked for is not here, or not for the one who asks."""

    code = "request"


class PackError(InputError):
    """A law file that is broken; `where` is file:line:column."""

    code = "pack"


class CaseFileError(InputError):
    """A worked case that breaks its format; `where` is file:line and the path in the case."""

    code = "case-file"


class ProofError(RogatoryError):
    """A proof that does not prove; `where` names the numbered step."""

    code = "proof"


class FaultError(RogatoryError):
    """Ours, not the caller's; nothing was written and the same call may be repeated."""

    code = "fault"


class ConfigurationError(FaultError):
    """A setting is missing or contradicts another."""

    code = "configuration"


class ClockError(FaultError):
    """The node's clock may not be used to sign."""

    code = "clock"


class StorageError(FaultError):
    """What was stored is damaged or cannot be reached."""

    code = "storage"


class FullError(StorageError):
    """The disk is full: nothing was written, reading goes on, and the same call may be repeated once there is room."""

    code = "full"


class CheckingError(StorageError):
    """A package is still being checked before its first opening; the same call, repeated, answers once that is done."""

    code = "checking"
