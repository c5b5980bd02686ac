# Node strips the types itself, so nothing is compiled: one stage installs, the other runs.
FROM node:24-slim AS dependencies
WORKDIR /srv
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
COPY docker/installed.ts docker/sbom.ts ./docker/
RUN node docker/sbom.ts >sbom.cdx.json

FROM node:24-slim
LABEL org.opencontainers.image.title="amocrm-steps" \
      org.opencontainers.image.description="amoCRM as REST steps for bot backends: exact, paced, verified" \
      org.opencontainers.image.licenses="MIT"
# The field map file is looked for at /srv/app/config/amo_fields.json.
WORKDIR /srv
# What must outlive a restart; the one place that is written to.
RUN install -d -m 0700 -o 1000 -g 1000 /data
VOLUME /data
ENV HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
COPY --from=dependencies /srv/node_modules ./node_modules
COPY --from=dependencies /srv/sbom.cdx.json ./
COPY package.json LICENSE ./
COPY docker/healthcheck.ts ./docker/
COPY src ./src
# The base image's user "node", as a number: Kubernetes can then see for itself that it is not root.
USER 1000:1000
EXPOSE 8080
# A little longer than the script's own limit, which is a little longer than the service's (AMO_TIMEOUT_MS).
HEALTHCHECK --interval=30s --timeout=15s --start-period=10s --retries=3 CMD ["node", "docker/healthcheck.ts"]
# As `npm start` does. V8's young generation would take up to 128 MiB in a burst, where half of it does as well.
CMD ["node", "--max-semi-space-size=32", "src/server.js"]
