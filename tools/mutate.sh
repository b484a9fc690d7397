#!/bin/sh
# Change one thing at a time in a module of the law engine, and see whether the tests notice.
#
#     tools/mutate.sh src/rogatory/law/clocks.py
#
# Works on a copy of the last commit, in an environment of its own (needs git, uv or .venv/bin/uv, and a package index); nothing here is
# touched. Some hundred changes take an hour on two cores. What survives is printed; a change that means the same (in an annotation, or
# where counting stops early) survives rightly.
set -eu

module=${1:-src/rogatory/law/clocks.py}
root=$(cd "$(dirname "$0")/.." && pwd)
uv=$(command -v uv || echo "$root/.venv/bin/uv")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

git clone --quiet "$root" "$work/copy"
"$uv" venv --quiet "$work/env"
"$uv" pip install --quiet --python "$work/env/bin/python" --require-hashes -r "$root/requirements/dev.txt"
"$uv" pip install --quiet --python "$work/env/bin/python" cosmic-ray==8.7.0
"$uv" pip install --quiet --python "$work/env/bin/python" --no-deps --no-build-isolation --editable "$work/copy"

cd "$work/copy"
cat > "$work/mutate.toml" <<END
[cosmic-ray]
module-path = "$module"
timeout = 120.0
excluded-modules = []
test-command = "$work/env/bin/python -m pytest -x -q -p no:cacheprovider tests/law/test_clocks.py tests/law/test_worked_cases.py tests/law/test_engine.py"
[cosmic-ray.distributor]
name = "local"
END
"$work/env/bin/cosmic-ray" init "$work/mutate.toml" "$work/session.sqlite"
"$work/env/bin/cosmic-ray" exec "$work/mutate.toml" "$work/session.sqlite"
"$work/env/bin/cr-report" --show-diff --surviving-only "$work/session.sqlite"
