#!/bin/sh
# As the image `postgres` does it: makes the cluster once, with the password of POSTGRES_PASSWORD_FILE and the database
# POSTGRES_DB, then becomes the server.
set -eu
if [ "$(id -u)" = 0 ]; then
  # The secret is readable by root alone.
  cp "$POSTGRES_PASSWORD_FILE" /tmp/password
  chown postgres /tmp/password
  chown postgres:postgres "$(dirname "$PGDATA")"
  exec setpriv --reuid=postgres --regid=postgres --init-groups sh "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --pgdata "$PGDATA" --username postgres --pwfile /tmp/password --auth-local=peer --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 >/dev/null
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  echo "CREATE DATABASE \"${POSTGRES_DB:-postgres}\";" | postgres --single -D "$PGDATA" postgres >/dev/null
fi
rm -f /tmp/password
exec "$@" -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/tmp
