"""Where is the evidence, and who opened it? Sealed packages over streams that the caller opened. Pure."""

from rogatory.custody.opening import Opened, open_package
from rogatory.custody.seal import Manifest, PackedFile, SourceFile, recipient_of, seal

__all__ = ["Manifest", "Opened", "PackedFile", "SourceFile", "open_package", "recipient_of", "seal"]
