# The servers that services stand on, where no registry can be reached; see base-image.sh.
FROM localhost/strowger-debian
RUN apt-get update \
 && apt-get install -y --no-install-recommends nats-server postgresql-15 \
 && rm -rf /var/lib/apt/lists/* /var/lib/postgresql/15
