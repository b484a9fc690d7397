#!/bin/sh
# Fetch what the tests use and a machine may lack: a PostgreSQL server, Chromium, readers of PDF (poppler, qpdf),
# an S3-compatible store (Ceph's gateway with its monitor and its OSD), a token for keys (SoftHSM), and the age tool.
#
# - What is there is used as it is. Nothing is started: the tests start their own server in a temporary folder.
# - As root on Debian or its relatives what is missing is installed; otherwise the command that would do it is said aloud.
# - It never fails: the tests that need what is missing are skipped, each naming this command.
set -u

has_postgresql() { command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
has_chromium() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; }
has_pdf() { command -v pdfsig >/dev/null 2>&1 && command -v qpdf >/dev/null 2>&1; }
has_s3() { command -v radosgw >/dev/null 2>&1 && command -v ceph-mon >/dev/null 2>&1 && command -v ceph-osd >/dev/null 2>&1; }
has_token() { command -v softhsm2-util >/dev/null 2>&1; }
has_age() { command -v age >/dev/null 2>&1; }

wanted=""
has_postgresql || wanted="$wanted postgresql"
has_chromium || wanted="$wanted chromium"
has_pdf || wanted="$wanted poppler-utils qpdf"
has_s3 || wanted="$wanted radosgw ceph-mon ceph-osd"
has_token || wanted="$wanted softhsm2"
has_age || wanted="$wanted age"
[ -n "$wanted" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing for the tests:$wanted"
  log=$(mktemp)
  # RUNLEVEL=1 keeps the package from starting a server of its own.
  if ! { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $wanted; } </dev/null >"$log" 2>&1; then
    tail -n 5 "$log"
  fi
  rm -f "$log"
fi

has_postgresql || echo "NOT TESTED on PostgreSQL: no server is installed. To install one: sudo apt-get install postgresql"
has_chromium || echo "NOT TESTED in a browser: Chromium is not installed. To install it: sudo apt-get install chromium"
has_pdf || echo "NOT TESTED with readers of PDF: they are not installed. To install them: sudo apt-get install poppler-utils qpdf"
has_token || echo "NOT TESTED with a token: SoftHSM is not installed. To install it: sudo apt-get install softhsm2"
has_age || echo "NOT TESTED with the age tool: it is not installed. To install it: sudo apt-get install age"
has_s3 || echo "NOT TESTED on S3: Ceph's gateway is not installed. To install it: sudo apt-get install radosgw ceph-mon ceph-osd"
exit 0
