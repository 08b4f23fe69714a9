# syntax=docker/dockerfile:1
# Veille in one image: `veille run`, the dashboards and every other command.
#
#   docker build --tag veille .
#
# EXTRAS=image (the default: fast and login) keeps confluent-kafka, so that `client = "confluent"` under [kafka] works, and Authlib, so that
# people can log in (`login = "oidc"` under [dashboards]); EXTRAS=login leaves out librdkafka, whose licence is in its package.
ARG PYTHON=python:3.11-slim

FROM ${PYTHON} AS build
ARG EXTRAS=image
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# No pip inside: the image cannot install anything later.
RUN python -m venv --without-pip /opt/veille
WORKDIR /src
COPY requirements.lock requirements-extras.lock ./
RUN pip --python /opt/veille/bin/python install --only-binary :all: --require-hashes \
  --requirement requirements.lock --requirement requirements-extras.lock
COPY pyproject.toml README.md LICENSE ./
COPY pipelines pipelines
COPY dashboards dashboards
COPY sql sql
COPY docs/runbooks docs/runbooks
COPY deploy/unneeded.py deploy/healthcheck.py deploy/
# The wheel is built by the pinned hatchling of the lock; then whatever the product does not need goes.
RUN /opt/veille/bin/hatchling build --target wheel \
 && pip --python /opt/veille/bin/python install --no-deps dist/*.whl \
 && /opt/veille/bin/python deploy/unneeded.py "veille[${EXTRAS}]" > unneeded.txt \
 && pip --python /opt/veille/bin/python uninstall --yes --requirement unneeded.txt \
 && cp deploy/healthcheck.py /opt/veille/healthcheck.py

FROM ${PYTHON}
# The same numbers whatever the base image: the owner of secret files on the host must be this user.
RUN groupadd --gid 10001 veille \
 && useradd --uid 10001 --gid veille --no-create-home --home-dir /tmp --shell /usr/sbin/nologin veille \
 && install --directory --owner veille --group veille --mode 0700 /data /data/published /backup
COPY --from=build /opt/veille /opt/veille
ENV PATH=/opt/veille/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    VEILLE_DATA_DIR=/data \
    VEILLE_LOG__FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8712 8501
# /healthz asks whether the loops turn; a broker that is away does not make the service unhealthy (see /readyz).
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=4 \
  CMD ["python", "/opt/veille/healthcheck.py", "8712", "/healthz"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["veille"]
CMD ["run"]
