"""The application that a server runs; `ROGATORY_WITNESS` names the folder."""

from __future__ import annotations

import os
from pathlib import Path

from rogatory.witness import Memory, Service, load_home

_home = load_home(Path(os.environ["ROGATORY_WITNESS"]))
application = Service(_home, Memory(_home.database))
