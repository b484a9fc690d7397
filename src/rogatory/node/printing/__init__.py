"""Printing: a filled form as a PDF for people and archives (PDF/A-3a, PDF/UA-1), sealed with the institution's document key.

`seal` is loaded when a file is sealed: what it stands on takes a second to load.

A PDF is output, never proof (T3): it says so on every page, beside the hash of the act that is.
"""

from rogatory.node.printing.custody import CustodySheet, print_custody
from rogatory.node.printing.fonts import FontShelf, shelf
from rogatory.node.printing.page import Sheet, print_form

__all__ = ["CustodySheet", "FontShelf", "Sheet", "print_custody", "print_form", "shelf"]
