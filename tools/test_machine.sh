#!/usr/bin/env bash
# What a machine may lack for the tests: a PostgreSQL server and Chromium. Installed where that is possible, else said loudly.
set -u
server() { command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
browser() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
want=()
server || want+=(postgresql)
browser || want+=(chromium)
[ ${#want[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${want[@]}" >/dev/null 2>&1
fi
server || echo "NOT TESTED on PostgreSQL: no server here. To install it: sudo apt-get install postgresql"
browser || echo "NOT TESTED in a browser: no Chromium here. To install it: sudo apt-get install chromium"
exit 0
