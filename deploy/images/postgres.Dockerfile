# PostgreSQL, started with the settings of the image `postgres` that we use.
FROM localhost/strowger-servers
RUN install -d -o postgres -g postgres -m 0700 /var/lib/postgresql/data
ENV PATH=/usr/lib/postgresql/15/bin:$PATH PGDATA=/var/lib/postgresql/data/pgdata
COPY postgres-start.sh /usr/local/bin/postgres-start.sh
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["/bin/sh", "/usr/local/bin/postgres-start.sh"]
CMD ["postgres"]
