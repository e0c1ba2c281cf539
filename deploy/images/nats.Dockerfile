# nats-server, started as the image `nats` is.
FROM localhost/strowger-servers
EXPOSE 4222
ENTRYPOINT ["/usr/sbin/nats-server"]
