"""What browsers upload, encrypted before it touches the disk, under a key that is never written anywhere.

Django would write an upload to a temporary file as it came. Here the file holds ciphertext, and its key lies in the memory of
this process only: a crash leaves nothing that anybody could read.
"""

from __future__ import annotations

import struct
import tempfile
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

PIECE = 1 << 20


class Spool:
    """A file that is written once and read once, encrypted."""

    def __init__(self, folder: str | None) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed with the upload
        self._cipher = AESGCM(AESGCM.generate_key(bit_length=256))
        self._written = self._read = 0
        self._rest = b""
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add a piece."""
        sealed = self._cipher.encrypt(struct.pack(">IQ", 0, self._written), data, None)
        self._written += 1
        self.size += len(data)
        self._file.write(struct.pack(">I", len(sealed)) + sealed)

    def rewind(self) -> None:
        """Read from the start."""
        self._file.seek(0)
        self._read, self._rest = 0, b""

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end."""
        if not self._rest:
            head = self._file.read(4)
            if not head:
                return b""
            sealed = self._file.read(struct.unpack(">I", head)[0])
            self._rest = self._cipher.decrypt(struct.pack(">IQ", 0, self._read), sealed, None)
            self._read += 1
        taken = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(taken) :]
        return taken

    def close(self) -> None:
        """Forget it."""
        self._file.close()


class SealedUploadHandler(FileUploadHandler):
    """Takes every upload of a form."""

    chunk_size = PIECE

    def new_file(self, *given: Any, **named: Any) -> None:
        """A file begins."""
        super().new_file(*given, **named)
        self._spool = Spool(settings.FILE_UPLOAD_TEMP_DIR)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece of it."""
        self._spool.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """The file is whole."""
        self._spool.rewind()
        return UploadedFile(file=self._spool, name=self.file_name, content_type=self.content_type, size=file_size, charset=self.charset)  # type: ignore[arg-type]  # what is read of it is `read`

    def upload_interrupted(self) -> None:
        """The client went away: nothing remains."""
        if hasattr(self, "_spool"):
            self._spool.close()
