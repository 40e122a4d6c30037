# Built and run by `npm run check:image`. Both bases can be replaced, by a mirror or by pinned digests:
#   docker build --build-arg BUILD_IMAGE=… --build-arg RUNTIME_IMAGE=… -t customer-profile-stream .
ARG BUILD_IMAGE=node:24-bookworm-slim
# glibc, libstdc++ and certificates: no shell, no package manager, no npm.
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN node_modules/.bin/tsc -p tsconfig.build.json --declaration false --sourceMap false \
    && chmod +x dist/main.js && mkdir path && ln -s /app/dist/main.js path/customer-profile

FROM ${BUILD_IMAGE} AS modules
WORKDIR /app
COPY package.json package-lock.json ./
COPY patches patches
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund && node_modules/.bin/patch-package --error-on-fail
# A third of it is only for people and compilers.
RUN find node_modules -type f \
    \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.md' \) -delete

FROM ${RUNTIME_IMAGE}
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="customer-profile-stream" \
      org.opencontainers.image.description="One customer profile from orders and contracts, customer-updated out, exactly once" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# The binary's first line is run by env, which then becomes node: that is process 1 and gets the signals.
COPY --from=build /usr/bin/env /usr/bin/env
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /app/path/ /usr/local/bin/
WORKDIR /app
COPY package.json LICENSE ./
COPY schemas schemas
COPY rules rules
# What the command demo shows.
COPY examples/segments.json examples/
COPY --from=modules /app/node_modules node_modules
COPY --from=build /app/dist dist
ENV NODE_ENV=production
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["customer-profile"]
CMD ["run"]
