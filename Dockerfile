# The api with the built client, and the gateway: one image, two commands (see docker-compose.yml).
# The base needs Node 24 with npm on a glibc Linux. Behind a proxy that re-signs TLS, hand its certificate in as a
# build secret: docker build --secret id=ca,src=/path/to/ca.pem .
ARG BASE_IMAGE=node:24-bookworm-slim

FROM ${BASE_IMAGE} AS source
WORKDIR /app
ENV PNPM_VERSION=12.21.0 NPM_CONFIG_UPDATE_NOTIFIER=false CI=true
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY api/package.json api/
COPY client/package.json client/
COPY e2e/package.json e2e/
COPY packages/contracts/package.json packages/contracts/
COPY packages/embedded-mongo/package.json packages/embedded-mongo/
COPY packages/gateway/package.json packages/gateway/
COPY packages/mcp/package.json packages/mcp/
COPY packages/sandbox/package.json packages/sandbox/
COPY packages/stream-log/package.json packages/stream-log/

FROM source AS built
RUN --mount=type=secret,id=ca \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca NPM_CONFIG_CAFILE=/run/secrets/ca SSL_CERT_FILE=/run/secrets/ca; fi; \
    npm exec --yes --package=pnpm@${PNPM_VERSION} -- pnpm install --frozen-lockfile --filter @parley/client... --filter @parley/embedded-mongo
COPY packages/contracts packages/contracts
COPY packages/embedded-mongo packages/embedded-mongo
COPY client client
COPY tsconfig.base.json ./
RUN node client/node_modules/vite/bin/vite.js build client \
 && node packages/embedded-mongo/build.ts

FROM source AS dependencies
RUN --mount=type=secret,id=ca \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca NPM_CONFIG_CAFILE=/run/secrets/ca SSL_CERT_FILE=/run/secrets/ca; fi; \
    npm exec --yes --package=pnpm@${PNPM_VERSION} -- \
      pnpm install --frozen-lockfile --prod --no-optional --filter @parley/api...

FROM ${BASE_IMAGE}
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3080 PARLEY_DATA_DIR=/data
COPY --from=dependencies /app ./
COPY package.json librechat.yaml README.md ARCHITECTURE.md ./
COPY docs docs
COPY deploy deploy
COPY packages packages
COPY api api
COPY --from=built /app/client/dist client/dist
COPY --from=built /app/packages/embedded-mongo/dist packages/embedded-mongo/dist
RUN mkdir -p /data && chown 1000:1000 /data && chmod 700 /data
USER 1000:1000
VOLUME /data
EXPOSE 3080 3081
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--conditions=built", "api/src/main.ts"]
