# How to build and run it: docs/operations/run-as-a-service.md
ARG NODE=20.20.2

FROM node:${NODE}-bookworm AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY commands commands
COPY src src
RUN npm run build

# SQLite is downloaded or compiled here, with the compiler that the slim image does not have.
FROM node:${NODE}-bookworm AS dependencies
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm rebuild better-sqlite3 \
  && node -e "require('better-sqlite3')(':memory:')"

FROM node:${NODE}-bookworm-slim
ENV NODE_ENV=production DRYDOCK_CONFIG=/etc/drydock/drydock.yml
WORKDIR /app
COPY package.json LICENSE THIRD-PARTY-NOTICES.txt ./
COPY --from=dependencies /build/node_modules node_modules
COPY --from=build /build/dist dist
# The one folder that Drydock writes to: its root file system may be read-only.
RUN install -d -m 0700 -o node -g node /var/lib/drydock
VOLUME /var/lib/drydock
# By number, so that Kubernetes sees that it is not root. It is the image's user "node".
USER 1000:1000
EXPOSE 9464
# It needs health.port: 9464 in the configuration. A long ledger is checked before Drydock answers.
HEALTHCHECK --interval=30s --timeout=5s --start-period=5m --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/src/main.js"]
