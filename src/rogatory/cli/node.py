"""`rogatory serve` and `rogatory work`: the two processes of a node."""

from __future__ import annotations

import os
import signal
import threading
from typing import Annotated

import typer

SETTINGS = "rogatory.node.settings.base"


def configure() -> None:
    """Load Django with the settings that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415  # only these commands need it

    django.setup()


def serve(
    port: Annotated[int, typer.Option(help="The port on loopback")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen at")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Processes; one a core is enough")] = 1,
) -> None:
    """Serve the pages and the API of a node (ROGATORY_HOME names it)."""
    configure()
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    from rogatory.node.triggers import check  # noqa: PLC0415

    check()
    Server(
        "rogatory.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        log_access=False,
        log_level="warning",
        workers_kill_timeout=5,
    ).serve()


def work() -> None:
    """Run the worker of a node: it places acts in the ledger, sends what is due, and runs out periods."""
    configure()
    from rogatory.node.installation import installation  # noqa: PLC0415
    from rogatory.node.triggers import check  # noqa: PLC0415
    from rogatory.node.worker.loop import Worker  # noqa: PLC0415

    check()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    Worker(installation()).run(stop)
