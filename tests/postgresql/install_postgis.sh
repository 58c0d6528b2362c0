#!/usr/bin/env bash
# Debian's PostgreSQL with PostGIS for the database tests: installed when root on a Debian machine, explained otherwise.
set -eu
package=postgresql-15-postgis-3
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Debian's $package for the database tests"
  # The tests start a server of their own: none is wanted beside it.
  mkdir -p /etc/postgresql-common/createcluster.d
  echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/no_main_cluster.conf
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $package >/dev/null ||
    echo "$package cannot be installed: the tests on PostGIS will be skipped"
else
  echo "PostGIS is missing: the tests on PostGIS will be skipped. Install it with: sudo apt-get install $package"
fi
