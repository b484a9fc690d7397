"""What each command loads, and who may reach the demonstration."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from rogatory import errors
from rogatory.cli.main import COMMANDS, exit_status
from tests.architecture.source import ROOT, package

PROBE = """
import json, sys
from rogatory import errors
from rogatory.cli.main import app
try:
    app({arguments!r}, standalone_mode=False)
except BaseException as error:
    if not isinstance(error, SystemExit) and type(error).__name__ not in ("Exit", "NoArgsIsHelpError"):
        raise
print("\\n" + json.dumps(sorted({{name.split(".")[0] for name in sys.modules}})))
"""
STAND_INS = ("rogatory.demo", "UnsafeDemoClock", "UnsafeSoftwareAuthenticator")
MAY_NAME_STAND_INS = {
    "src/rogatory/cli/demo.py": "the command of the demonstration",
    "src/rogatory/node/settings/demo.py": "the settings of the demonstration's nodes",
}


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)], ids=" ".join)
def test_help_loads_no_framework(arguments):
    assert not loaded(arguments) & {"django", "ninja", "granian", "psycopg"}


def test_the_law_is_checked_without_a_framework():
    assert not loaded(["law", "check"]) & {"django", "ninja", "granian", "psycopg", "httpx"}


def test_only_the_demonstration_names_its_stand_ins():
    found = {source.path for source in package() if source.area != "demo" and any(name in source.text for name in STAND_INS)}

    assert found == MAY_NAME_STAND_INS.keys()


@pytest.mark.parametrize(
    ("error", "status"),
    [(errors.ProofError, 1), (errors.PackError, 2), (errors.CaseFileError, 2), (errors.ConfigurationError, 3), (errors.ClockError, 3)],
)
def test_a_script_can_tell_a_refusal_from_bad_input_and_from_a_fault(error, status):
    assert exit_status(error("did not work")) == status


def test_a_fault_ends_as_one_sentence_that_says_what_to_do():
    command = [sys.executable, "-m", "rogatory.cli.main", "work"]
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("ROGATORY_", "DJANGO_"))}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env={**bare, "PYTHONPATH": "src"})

    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "ROGATORY_HOME" in done.stderr
    assert "To cure it" in done.stderr


def loaded(arguments: list[str]) -> set[str]:
    """The packages that a command has loaded when it ends, in a process of its own."""
    command = [sys.executable, "-c", PROBE.format(arguments=arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(done.stdout.splitlines()[-1]))
