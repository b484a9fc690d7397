"""Seal a corpus of poison, open it, show every file as the page does, and print what came of it and the peak of memory.

python -m tests.web.poison_shown FOLDER     the folder that `python -m tests.custody.poison` wrote
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import sys
from html.parser import HTMLParser
from pathlib import Path

from django.conf import settings
from django.template import Context, Engine

from rogatory.custody import ENTROPY, Purpose, SourceFile, new_identity, open_package, original, recipient_of, seal
from rogatory.moments import parse_instant
from rogatory.web.shown import show
from tests.custody.large import peak_mib

IDENTITY = new_identity(bytes(range(32)))
SAFE = {"html", "head", "meta", "title", "style", "body", "p", "strong", "dl", "dt", "dd", "table", "tr", "td", "pre", "img"}
TEMPLATES = Path(__file__).resolve().parents[2] / "src" / "rogatory" / "web" / "templates"
HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\0\x1b]")


class Tags(HTMLParser):
    """What of a document is not plain: elements and attributes that could act or load."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in SAFE:
            self.wrong.append(tag)
        for name, value in attrs:
            loads = name in {"src", "href", "content"} and not str(value).startswith("data:image/")
            if name.startswith("on") or loads:
                self.wrong.append(f"{tag} {name}")


def main(folder: Path) -> None:
    """All of it in one package."""
    settings.configure(USE_I18N=False)
    template = Engine(dirs=[TEMPLATES]).get_template("web/content.html")
    names: dict[str, str] = json.loads((folder / "names.json").read_text())
    whats = {name: what for what, name in reversed(names.items())}
    package = folder / "package.age"
    with package.open("wb") as out:
        sources = (
            SourceFile(name=name, stream=io.BytesIO((folder / what).read_bytes()), size=(folder / what).stat().st_size)
            for name, what in whats.items()
        )
        at = parse_instant("2026-11-24T00:00:00Z")
        purpose = Purpose(order="0" * 64, item="a", facts={})
        seal(sources, purpose, recipient=recipient_of(IDENTITY), at=at, entropy=os.urandom(ENTROPY), out=out)
    wrong: dict[str, list[str]] = {}
    sorts: dict[str, str] = {}
    with package.open("rb") as source:
        for one in open_package(source, IDENTITY).files:
            shown = show(one.name, one.size, original(source, IDENTITY, one))
            page = template.render(Context({"shown": shown, "nonce": "n", "mark": "m"}))
            tags = Tags()
            tags.feed(page)
            found = tags.wrong + (["a sign that hides"] if HIDDEN.search(page) else [])
            sorts[whats[one.name]] = shown.sort
            if found:
                wrong[whats[one.name]] = found
    peak = max(peak_mib(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)
    sys.stdout.write(json.dumps({"shown": sorts, "wrong": wrong, "peak_mib": peak}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
