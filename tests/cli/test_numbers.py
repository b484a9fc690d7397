"""The numbers of the verification steps are the same in the code, its prose, the reference page and what is printed."""

import re

from rogatory.cli import verify as command
from rogatory.ledger import Check
from rogatory.ledger import verify as module
from tests.architecture.source import ROOT

CODE = {check.value: check.title for check in Check}


def test_the_prose_numbers_the_steps_as_the_code_does():
    prose = re.findall(r"^ ?(\d+)\. \*\*([^*]+)\.\*\*", module.__doc__, re.MULTILINE)
    assert {int(number): title.lower() for number, title in prose} == CODE


def test_the_reference_page_numbers_the_steps_as_the_code_does():
    page = (ROOT / "docs" / "reference" / "ledger-format.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| ([a-z ]+) \|", page, re.MULTILINE)
    assert {int(number): title for number, title in rows} == CODE


def test_each_block_of_code_carries_its_number():
    source = (ROOT / "src/rogatory/ledger/verify.py").read_text(encoding="utf-8")
    source += (ROOT / "src/rogatory/cli/case_file.py").read_text(encoding="utf-8")
    marked = {(int(number), title) for line in re.findall(r"^ +# (\d.*)$", source, re.MULTILINE) for number, title in _marks(line)}
    assert {(number, title) for number, title in CODE.items() if number > 1} <= marked


def _marks(line):
    return re.findall(r"(\d+) ([a-z]+(?: in [a-z]+)?)", line)


def test_what_is_printed_for_a_log_or_a_receipt_covers_its_steps():
    assert sorted(command._LOG_SAYS) == [1, 2, 3, 4, 7, 8, 9]
    assert sorted(command._RECEIPT_SAYS) == [1, 2, 3, 4, 5, 6]
