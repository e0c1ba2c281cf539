#!/bin/sh
# Makes what compose.yaml mounts: secrets/ (once; what is there is kept), log/ and tls/. Run it before the first start, and before
# each start of another version, which may have more services.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets log tls
docker run --rm --user 0 --network none -v "$PWD:/site" "${STROWGER_IMAGE:-strowger}" prepare --folder /site/secrets --owner 10001
# The log is written by the user of the image; fail2ban on this machine reads it.
docker run --rm --user 0 --network none -v "$PWD:/site" --entrypoint chown "${STROWGER_IMAGE:-strowger}" 10001:10001 /site/log
