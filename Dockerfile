# bodycopy with Prefect: the same image for the server and for workers; compose.yaml starts both. Not needed by `make`.
# Build: docker build -t bodycopy .
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/bodycopy \
 && /opt/bodycopy/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bodycopy bodycopy
COPY cleaners cleaners
COPY flows flows
RUN /opt/bodycopy/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.12-slim-bookworm
RUN useradd --uid 10001 --create-home bodycopy && mkdir -p /data /bodycopy && chown bodycopy: /data /bodycopy
COPY --from=build /opt/bodycopy /opt/bodycopy
COPY prefect.yaml prefect.toml /bodycopy/
ENV PATH=/opt/bodycopy/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DO_NOT_TRACK=1 \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY=30
WORKDIR /bodycopy
USER bodycopy
ENTRYPOINT ["bodycopy"]
CMD ["--help"]
