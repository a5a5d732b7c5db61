#!/bin/sh
# Pin every dependency, for every platform and Python from 3.11 on, with the hashes of its files.
# Usage: scripts/lock.sh [BIN [OPTION...]]; options go to the resolver (`--upgrade`, for one).
set -eu
cd "$(dirname "$0")/.."
bin=${1:-.venv/bin}
[ $# -eq 0 ] || shift

"$bin/python" -m pip install -q --disable-pip-version-check "uv==0.13.9"

pin() {
  output=$1
  shift
  "$bin/uv" pip compile --universal --python-version 3.11 --generate-hashes \
    --no-header --no-emit-index-url --no-emit-find-links -q --output-file "$output" "$@"
}

echo "pip==26.3" | pin requirements-pip.lock - --no-annotate
pin requirements.lock pyproject.toml "$@"
pin requirements-build.lock --group build --constraint requirements.lock "$@"
pin requirements-extras.lock pyproject.toml --extra amqp --extra nats --extra otel --extra postgres \
  --extra smtp --extra zeromq --constraint requirements.lock --constraint requirements-dev.lock "$@"
pin requirements-dev.lock pyproject.toml --group dev --constraint requirements.lock \
  --constraint requirements-build.lock "$@"
pin requirements-fuzz.lock --group fuzz "$@"
