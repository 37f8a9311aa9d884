#!/usr/bin/env bash
# Local PostgreSQL, Redis and Mosquitto for the tests that need them, from Debian's packages.
#   deploy/services.sh start | stop        (data under var/services; ports 55432, 56379, 51883)
set -euo pipefail
cd "$(dirname "$0")/.."
home="$PWD/var/services"
mkdir -p "$home"

missing=()
command -v redis-server >/dev/null || missing+=(redis-server)
command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ] || missing+=(mosquitto)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    else
        echo "Missing: ${missing[*]}. Install with:  sudo apt-get install ${missing[*]}" >&2
        exit 1
    fi
fi
pg=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
as_postgres() { if [ "$(id -u)" = 0 ]; then su postgres -s /bin/bash -c "$*"; else bash -c "$*"; fi; }

case "${1:-start}" in
start)
    if [ ! -d /tmp/emads-postgres/data ]; then
        mkdir -p /tmp/emads-postgres
        [ "$(id -u)" = 0 ] && chown postgres /tmp/emads-postgres
        as_postgres "$pg/initdb -D /tmp/emads-postgres/data -A trust -U emads -E UTF8 --locale=C.UTF-8 >/dev/null"
    fi
    as_postgres "$pg/pg_ctl -D /tmp/emads-postgres/data status >/dev/null" ||
        as_postgres "$pg/pg_ctl -D /tmp/emads-postgres/data -w -l /tmp/emads-postgres/log -o '-p 55432 -k /tmp/emads-postgres -c fsync=off' start >/dev/null"
    redis-cli -p 56379 ping >/dev/null 2>&1 || redis-server --port 56379 --dir "$home" --save "" --daemonize yes >/dev/null
    PATH=$PATH:/usr/sbin
    if ! (exec 3<>/dev/tcp/127.0.0.1/51883) 2>/dev/null; then
        printf 'listener 51883 127.0.0.1\nallow_anonymous true\n' >"$home/mosquitto.conf"
        mosquitto -c "$home/mosquitto.conf" -d >/dev/null 2>&1
    fi
    echo "PostgreSQL postgres://emads@127.0.0.1:55432/postgres  Redis redis://127.0.0.1:56379/0  MQTT mqtt://127.0.0.1:51883"
    ;;
stop)
    as_postgres "$pg/pg_ctl -D /tmp/emads-postgres/data -m fast stop >/dev/null" || true
    redis-cli -p 56379 shutdown nosave >/dev/null 2>&1 || true
    pkill -f "$home/mosquitto.conf" || true
    ;;
*) echo "start or stop?" >&2; exit 2 ;;
esac
