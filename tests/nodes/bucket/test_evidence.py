"""What evidence promises wherever it lies, with packages in a bucket: a court's check, damage in the store, an item's own end.

The whole of `tests/nodes/evidence` runs there with `ROGATORY_TEST_STORE=s3`.
"""

from __future__ import annotations

import pytest

from tests.nodes.evidence.test_custody import test_a_court_checks_the_pdf_and_the_packages_alone, told  # noqa: F401  # a test and its fixture
from tests.nodes.evidence.test_evidence import (
    test_sealing_again_leaves_nothing_behind_and_the_older_package_cannot_be_announced,  # noqa: F401  # a test
)
from tests.nodes.evidence.test_first_opening import test_what_was_damaged_in_the_store_is_not_blamed_on_its_sender  # noqa: F401  # a test
from tests.nodes.evidence.test_retention import (
    test_an_item_ends_on_its_own_day_on_every_node_and_the_other_can_still_be_opened,  # noqa: F401  # a test
)

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
