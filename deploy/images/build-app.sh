#!/bin/sh
# Compiles the clone in the current folder and puts what runs into /out: programs of one file each (docs/decisions/0010), the data
# they read, and the machine code that cannot be in such a file. No sources, no tests, no tools. Run by the Dockerfile.
set -eu
out=${1:-/out}

ca=$PWD/deploy/images/extra-ca.pem
if [ -f "$ca" ]; then export NODE_EXTRA_CA_CERTS="$ca"; fi
if [ "${COMPILED:-no}" = yes ]; then
  # Only for its machine code.
  pnpm install --frozen-lockfile --prod --prefer-offline --reporter=append-only --filter @strowger/gateway
else
  pnpm install --frozen-lockfile --reporter=append-only
  node_modules/.bin/tsc -b services/*/ packages/cli deploy/local
  node scripts/bundle.mjs
fi

for part in services/* packages/cli deploy/local; do
  mkdir -p "$out/$part/dist"
  cp "$part/package.json" "$out/$part/"
  if [ -d "$part/migrations" ]; then cp -R "$part/migrations" "$out/$part/"; fi
  # What was put into one file has a list of what it was made of beside it.
  for list in "$part"/dist/.*.inputs.json; do
    name=$(basename "$list" .inputs.json)
    cp "$part/dist/${name#.}.js" "$out/$part/dist/"
  done
done
mkdir -p "$out/packages/database" "$out/services/gateway/node_modules"
cp -R packages/database/house "$out/packages/database/"
cp -R packages/plugins "$out/packages/"
cp -RL node_modules/.pnpm/@node-rs+argon2@*/node_modules/@node-rs "$out/services/gateway/node_modules/"
cp package.json "$out/"
cp -R deploy/images "$out/deploy/"
rm -f "$out/deploy/images/extra-ca.pem"
# Nothing may be written there, by whoever runs it.
chmod -R go-w,a+rX "$out"
