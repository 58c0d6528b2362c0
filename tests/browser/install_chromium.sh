#!/usr/bin/env bash
# Debian's Chromium for the browser tests: installed when root on a Debian machine, explained otherwise.
set -eu
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Debian's Chromium for the browser tests"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-dejavu-core >/dev/null
else
  echo "Chromium is missing: the browser tests will be skipped. Install it with: sudo apt-get install chromium-headless-shell"
fi
