# Node.js on Debian, where no registry can be reached; see base-image.sh.
FROM localhost/strowger-debian
COPY node /usr/local/bin/node
COPY pnpm /usr/local/lib/pnpm
RUN ln -s ../lib/pnpm/bin/pnpm.cjs /usr/local/bin/pnpm
