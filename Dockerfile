# One image for every part: `rowcall bot`, `rowcall worker`, `rowcall migrate`, ... (see docker-compose.yml).
# Neither PostgreSQL nor Redis is in it; `rowcall demo` needs both and is for a machine that has them.

FROM rust:1.95-slim-bookworm AS build
# PostgreSQL's own parser is built from C and bound through libclang and its headers.
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev libclang-dev make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
ENV SQLX_OFFLINE=true
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked -p rowcall \
    && cp target/release/rowcall /usr/local/bin/rowcall

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin rowcall
COPY --from=build /usr/local/bin/rowcall /usr/local/bin/rowcall
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
# The store and Redis answer; `docker-compose.yml` asks the bot for its console too.
HEALTHCHECK --interval=15s --timeout=6s --start-period=10s --retries=4 CMD ["rowcall", "doctor", "--quiet"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["rowcall"]
CMD ["--help"]
