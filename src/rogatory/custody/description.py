"""The description of a package in CASE/UCO 1.4 (JSON-LD): which files, with which hashes, produced by whom for which order."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence

from rogatory.canonical import Value, encode

_SPACE = uuid.UUID("6a0f6a43-7a0e-4a86-9c5b-6f1c3d4c2f10")
_CONTEXT: Mapping[str, Value] = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "kb": "urn:uuid:",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def _name(*parts: str) -> str:
    return f"kb:{uuid.uuid5(_SPACE, chr(10).join(parts))}"


def describe(files: Sequence[tuple[str, int, str]], *, order: str, item: str, producer: str, at: str) -> Iterator[bytes]:
    """The description of files (name, size in bytes, SHA-256) produced for an item of an order, piece by piece, in canonical form.

    The same call gives the same bytes, so that a caller may count them first; a hundred thousand files need no memory of their own.
    """
    organization: Value = {
        "@id": _name(order, "producer", producer),
        "@type": "uco-identity:Organization",
        "uco-core:name": producer,
    }
    yield b'{"@context":' + encode(dict(_CONTEXT)) + b',"@graph":[' + encode(organization)
    for name, size, digest in files:
        yield b"," + encode(_file(name, size, digest, order))
    links: list[Value] = [{"@id": _name(order, "file", name)} for name, _, _ in files]
    yield b"," + encode(_record(order, item, links))
    yield b"," + encode(_action(order, item, producer, at, links)) + b"]}"


def _record(order: str, item: str, links: list[Value]) -> Value:
    return {
        "@id": _name(order, "record", item),
        "@type": "case-investigation:ProvenanceRecord",
        "uco-core:description": f"Item {item} of order {order}",
        "case-investigation:exhibitNumber": item,
        "uco-core:object": links,
    }


def _action(order: str, item: str, producer: str, at: str, links: list[Value]) -> Value:
    return {
        "@id": _name(order, "action", item),
        "@type": "case-investigation:InvestigativeAction",
        "uco-core:name": "produced",
        "uco-action:endTime": {"@type": "xsd:dateTime", "@value": at},
        "uco-action:performer": {"@id": _name(order, "producer", producer)},
        "uco-action:result": [{"@id": _name(order, "record", item)}, *links],
    }


def _file(name: str, size: int, digest: str, order: str) -> Value:
    return {
        "@id": _name(order, "file", name),
        "@type": "uco-observable:File",
        "uco-core:hasFacet": [
            {
                "@id": _name(order, "file-facet", name),
                "@type": "uco-observable:FileFacet",
                "uco-observable:fileName": name,
                "uco-observable:sizeInBytes": {"@type": "xsd:integer", "@value": str(size)},
            },
            {
                "@id": _name(order, "content-facet", name),
                "@type": "uco-observable:ContentDataFacet",
                "uco-observable:hash": {
                    "@id": _name(order, "hash", name),
                    "@type": "uco-types:Hash",
                    "uco-types:hashMethod": "SHA256",
                    "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": digest},
                },
            },
        ],
    }
