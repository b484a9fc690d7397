"""How the documents are built."""

project = "Rogatory"
copyright = "The Rogatory developers"  # noqa: A001  # the name that the tool reads
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["_build"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing", "misc.highlighting_failure"]
