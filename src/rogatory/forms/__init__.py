"""Which forms does the law ask for, and what stands in them? Forms of the law as data, filled from a case.

Pure: texts of form files and a case go in; filled forms, JSON values, schemas and rows to print come out. Printing, signing
and reading files are the node's.
"""

from rogatory.forms.document import Head, document, schema
from rogatory.forms.fill import Filled, Lack, fill
from rogatory.forms.layout import Layout, Row, layout
from rogatory.forms.load import Library, Shared, load_form, load_library, load_shared
from rogatory.forms.model import LANGUAGES, Audience, Field, Form, Sort
from rogatory.forms.sources import values
from rogatory.forms.view import Contact, View

__all__ = [
    "LANGUAGES",
    "Audience",
    "Contact",
    "Field",
    "Filled",
    "Form",
    "Head",
    "Lack",
    "Layout",
    "Library",
    "Row",
    "Shared",
    "Sort",
    "View",
    "document",
    "fill",
    "layout",
    "load_form",
    "load_library",
    "load_shared",
    "schema",
    "values",
]
