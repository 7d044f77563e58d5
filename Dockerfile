FROM python:3.13-slim AS packages
COPY requirements/run.txt /
RUN pip install --no-cache-dir --require-hashes --prefix /packages -r /run.txt

FROM python:3.13-slim
# Its own user: nothing here needs root. Without DATABASE_URL the database is written to /data, and nothing elsewhere.
RUN useradd --system --uid 10001 bot && install --directory --owner bot --mode 700 /data
COPY --from=packages /packages /usr/local
WORKDIR /app
COPY manifest.yml .
COPY bot bot
COPY blocks blocks
# At each start Python would compile them anew: nothing may be written then.
RUN python -m compileall -q bot blocks
ENV HOST=0.0.0.0 PORT=3000 DATA_DIR=/data LOG_FORMAT=json PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER bot
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["serve"]
