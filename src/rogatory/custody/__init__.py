"""Where is the evidence, and who opened it? Sealed packages over streams that the caller opened. Pure."""

from rogatory.custody.age import ENTROPY, INLINE, Workers, new_identity, recipient_of
from rogatory.custody.archive import Readable
from rogatory.custody.holders import Event, Holder, holders
from rogatory.custody.opening import Opened, open_package, original, sealed_to
from rogatory.custody.seal import Manifest, PackedFile, Purpose, SourceFile, seal

__all__ = [
    "ENTROPY",
    "INLINE",
    "Event",
    "Holder",
    "Manifest",
    "Opened",
    "PackedFile",
    "Purpose",
    "Readable",
    "SourceFile",
    "Workers",
    "holders",
    "new_identity",
    "open_package",
    "original",
    "recipient_of",
    "seal",
    "sealed_to",
]
