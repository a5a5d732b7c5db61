# syntax=docker/dockerfile:1
# Callboard with all of its extras for servers, in two stages: what installs it stays in the first.
# Build: docker build -t callboard .        How to run it: docs/how-to/deploy.md

# Pin it by digest (python:3.11-slim-bookworm@sha256:…) where builds are to be the same for good.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
# What changes seldom comes first. Everything is pinned, with hashes, and nothing is compiled here.
COPY requirements-pip.lock requirements-build.lock requirements-extras.lock ./
RUN python -m venv /tools \
    && /tools/bin/python -m pip install --no-deps --require-hashes -r requirements-pip.lock \
    && /tools/bin/python -m pip install --no-deps --require-hashes --only-binary=:all: \
       -r requirements-build.lock
RUN python -m venv --without-pip /srv/callboard \
    && /tools/bin/python -m pip --python /srv/callboard/bin/python install \
       --no-deps --require-hashes --only-binary=:all: -r requirements-extras.lock
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN /tools/bin/python -m pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /tools/bin/python -m pip --python /srv/callboard/bin/python install \
       --no-deps --no-index /wheels/callboard-*.whl \
    && install -d -m 0700 -o 10001 -g 10001 /data

FROM ${PYTHON_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Callboard" \
      org.opencontainers.image.description="A workflow engine for processes that people, teams and services act out together" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /srv/callboard /srv/callboard
# The only folder that it writes to: the rest may be read-only. Nobody else can read it.
COPY --from=build --chown=10001:10001 /data /data
ENV PATH=/srv/callboard/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    CALLBOARD_CONFIG=/etc/callboard/callboard.toml
COPY deploy/docker/callboard.toml /etc/callboard/callboard.toml
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /data
EXPOSE 8080
# SIGTERM drains it; give it 45 seconds before it is killed (docker stop -t 45).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ.get('CALLBOARD_PORT', '8080') + '/healthz', timeout=4)"]
ENTRYPOINT ["callboard"]
CMD ["serve"]
