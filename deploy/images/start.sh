#!/bin/sh
# What the image is started with: a service by its name, or one of the programs that prepare and look after an installation.
#
# The image runs as user 10001 and needs no capability. Where ingress has to bind port 69 in the network of the host,
# start it as root with the capabilities NET_BIND_SERVICE, SETUID, SETGID and SETPCAP: it becomes 10001 and keeps the first.
set -eu
cd /app
name=${1:-help}
[ $# -gt 0 ] && shift

case "$name" in
  migrate | prepare) set -- node "deploy/local/dist/$name.js" "$@" ;;
  healthy) set -- node deploy/images/healthy.mjs "$@" ;;
  strowger) set -- node packages/cli/dist/main.js "$@" ;;
  *)
    if [ ! -f "services/$name/dist/main.js" ]; then
      echo "usage: <image> <what>" >&2
      echo "  a service: $(ls services | tr '\n' ' ')" >&2
      echo "  prepare    makes the secrets of an installation" >&2
      echo "  migrate    roles, tables, streams and buckets of this version" >&2
      echo "  healthy    ends with 0 when the service of this container is ready" >&2
      echo "  strowger   the command line" >&2
      [ "$name" = help ] && exit 0
      exit 2
    fi
    set -- node "services/$name/dist/main.js" "$@"
    ;;
esac

if [ "$(id -u)" = 0 ] && [ "$name" = ingress ]; then
  exec setpriv --reuid=10001 --regid=10001 --clear-groups \
    --inh-caps=-all,+net_bind_service --ambient-caps=-all,+net_bind_service --bounding-set=-all,+net_bind_service \
    --no-new-privs -- "$@"
fi
exec "$@"
