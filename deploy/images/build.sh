#!/bin/bash
# Builds the image `strowger`: build.sh [tag]. With NODE_IMAGE=localhost/strowger-base (base-image.sh) no registry of images is needed;
# with COMPILED=yes what `make build` has compiled is taken as it is.
set -euo pipefail
cd "$(dirname "$0")/../.."
registry=${NPM_REGISTRY:-$(npm config get registry 2>/dev/null || true)}
args=(--build-arg "NPM_REGISTRY=$registry" --build-arg "COMPILED=${COMPILED:-no}")
if [ -n "${NODE_IMAGE:-}" ]; then args+=(--build-arg "NODE_IMAGE=$NODE_IMAGE"); fi
# An authority of your own, where packages come through one; it stays in the stage that compiles.
ca=deploy/images/extra-ca.pem
trap 'rm -f "$ca"' EXIT
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then cp "$NODE_EXTRA_CA_CERTS" "$ca"; fi
docker build -t "${1:-strowger}" -f deploy/images/Dockerfile "${args[@]}" .
