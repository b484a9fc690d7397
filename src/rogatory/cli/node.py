"""`rogatory serve` and `rogatory work`: the two processes of a node."""

from __future__ import annotations

import os
import signal
import threading
from typing import Annotated

import typer

from rogatory.cli.serving import serve_wsgi

SETTINGS = "rogatory.node.settings.base"


def configure() -> None:
    """Load Django with the settings that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # only these commands need it

    django.setup()


def serve(
    port: Annotated[int, typer.Option(help="The port on loopback")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen at")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Processes; one a core is enough")] = 1,
) -> None:
    """Serve the pages and the API of a node (ROGATORY_HOME names it)."""
    configure()
    from rogatory.node import faults, triggers

    faults.check()
    triggers.check()
    serve_wsgi("rogatory.site.wsgi:application", host=host, port=port, workers=workers)


def work() -> None:
    """Run the worker of a node: it places acts in the ledger, sends what is due, and runs out periods."""
    configure()
    from rogatory.node import faults, triggers
    from rogatory.node.installation import installation
    from rogatory.node.worker.loop import Worker

    faults.check()
    triggers.check()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    Worker(installation()).run(stop)
