"""The age file format, version 1 (C2SP age), with X25519 recipients: what any court can open with the public `age` tool.

- `header`: the stanzas and their MAC, read strictly and written in one way. `keys`: recipients and identities.
- `stream`: the payload in chunks of 64 KiB, encrypted and decrypted side by side over workers that the caller lends.

Only the composition is ours: X25519, HKDF, HMAC and ChaCha20-Poly1305 are those of `cryptography`. The C2SP vectors and the
public tool prove it, both ways.
"""

from rogatory.custody.age.header import Header, read_header
from rogatory.custody.age.keys import new_identity, recipient_of
from rogatory.custody.age.stream import BATCH, CHUNK, ENTROPY, INLINE, Pending, Pool, Sealing, Workers, Writable, opened, opened_from

__all__ = [
    "BATCH",
    "CHUNK",
    "ENTROPY",
    "INLINE",
    "Header",
    "Pending",
    "Pool",
    "Sealing",
    "Workers",
    "Writable",
    "new_identity",
    "opened",
    "opened_from",
    "read_header",
    "recipient_of",
]
