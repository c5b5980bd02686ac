# Node strips the types itself, so nothing is compiled. The base by the digest of its index, which is the same for amd64 and
# arm64: the version that package.json names for development.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

FROM ${NODE_IMAGE} AS build
WORKDIR /srv
COPY package.json package-lock.json ./
# Declarations and source maps are for those who develop.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund && \
    find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' \) -delete
COPY docker/healthcheck.ts docker/installed.ts docker/sbom.ts ./docker/
RUN node docker/sbom.ts >sbom.cdx.json && rm docker/installed.ts docker/sbom.ts
COPY LICENSE ./
COPY src ./src
RUN mv src/sandbox /sandbox && rm src/commands/demo.ts src/commands/openapi.ts
# What Node needs of the system, and nothing else: no shell, no package manager. nsswitch.conf lets /etc/hosts be read.
RUN install -d /system/etc /system/data && install -d -m 1777 /system/tmp && \
    ldd /usr/local/bin/node | grep -o '/[^ ]*' | xargs cp --parents --dereference --target-directory=/system /usr/local/bin/node && \
    cp /etc/nsswitch.conf /etc/passwd /etc/group /system/etc/ && \
    chown 1000:1000 /system/data && chmod 0700 /system/data && install -d -o 1000 -g 1000 node_modules/.cache
# The compile cache belongs to the user, the flags and the version that run: a start without settings ends as soon as it has
# loaded everything.
ENV NODE_OPTIONS=--max-old-space-size=512
USER 1000:1000
RUN ! node --max-semi-space-size=32 --disable-sigusr1 src/server.js 2>/dev/null && \
    test -n "$(ls node_modules/.cache/amocrm-steps)"

FROM scratch AS service
LABEL org.opencontainers.image.title="amocrm-steps" \
      org.opencontainers.image.description="amoCRM as REST steps for bot backends: exact, paced, verified" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /system /
# The field map file is looked for at /srv/app/config/amo_fields.json.
WORKDIR /srv
COPY --from=build /srv ./
# What must outlive a restart; the one place that is written to.
VOLUME /data
ENV PATH=/usr/local/bin HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
# The heap: 10,000 waiting steps take a good half of it. A container needs some 256 MiB beside it.
ENV NODE_OPTIONS=--max-old-space-size=512
# The base image's user "node", as a number: Kubernetes can then see for itself that it is not root.
USER 1000:1000
EXPOSE 8080
# A little longer than the script's own limit, which is a little longer than the service's (AMO_TIMEOUT_MS).
HEALTHCHECK --interval=30s --timeout=15s --start-period=10s --retries=3 CMD ["node", "docker/healthcheck.ts"]
# As `npm start` does. V8's young generation would take up to 128 MiB in a burst, where half of it does as well. No signal
# opens a debugger.
CMD ["node", "--max-semi-space-size=32", "--disable-sigusr1", "src/server.js"]

# For Compose's demo: the stand-in for amoCRM beside the service.
FROM service AS sandbox
COPY --from=build /sandbox ./src/sandbox

# What is built where no target is named.
FROM service
