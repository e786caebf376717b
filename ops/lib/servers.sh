# PostgreSQL, RabbitMQ and the supervisord that runs all processes. Sourced by ./platform.

prepare() { # creates everything below PLATFORM_DATA that the servers need
  mkdir -p "$PLATFORM_DATA"/{logs,gateway,rabbitmq}
  make_keys
  load_secrets
  enterable "$POSTGRES_USER" "$RABBITMQ_USER"
  : >"$PLATFORM_DATA/services.conf"
  if is_cluster; then
    prepare_cluster
    return
  fi
  [[ -d $PLATFORM_DATA/postgres ]] || step 'creating a PostgreSQL cluster' make_cluster
  may_replicate || grant_rights "$PLATFORM_DATA/postgres"
  install_archive

  local rabbitmq=$PLATFORM_DATA/rabbitmq
  echo '[rabbitmq_management].' >"$rabbitmq/enabled_plugins"
  (umask 077 && cat >"$rabbitmq/rabbitmq.conf") <<CONF
listeners.tcp.local = 127.0.0.1:$RABBITMQ_PORT
management.tcp.ip = 127.0.0.1
management.tcp.port = $RABBITMQ_MANAGEMENT_PORT
load_definitions = $rabbitmq/definitions.json
log.console = true
log.file = false
CONF
  (umask 077 && with_accounts definitions >"$rabbitmq/definitions.json") # the accounts survive a loss of the broker's data
  chown -R "$RABBITMQ_USER" "$rabbitmq"
}

install_archive() { # installs a copy, because PostgreSQL's user may be unable to enter ROOT
  install -m 755 "$ROOT/ops/archive.sh" "$PLATFORM_DATA/archive.sh"
}

# The superuser cannot sign in. The role platform, which only this script uses, may create the roles and databases of the services.
# The cluster is created in a temporary folder and moved at the end, so that an interrupted run leaves no incomplete cluster.
make_cluster() {
  local new=$PLATFORM_DATA/postgres.new
  rm -rf "$new"
  mkdir -m 700 "$new"
  chown "$POSTGRES_USER" "$new"
  as "$POSTGRES_USER" "$POSTGRES_BIN/initdb" -D "$new" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
    --data-checksums >"$PLATFORM_DATA/logs/initdb.log" 2>&1 || die "initdb failed: see $PLATFORM_DATA/logs/initdb.log"
  as_superuser "$new" "CREATE ROLE platform LOGIN CREATEDB PASSWORD '$POSTGRES_PASSWORD' IN ROLE pg_monitor"
  grant_rights "$new"
  mv "$new" "$PLATFORM_DATA/postgres"
}

as_superuser() { # CLUSTER SQL: runs SQL while the cluster is stopped
  as "$POSTGRES_USER" "$POSTGRES_BIN/postgres" --single -D "$1" postgres >>"$PLATFORM_DATA/logs/initdb.log" 2>&1 <<<"$2"
}

grant_rights() { # CLUSTER: allows the role platform to create the roles of the services, copy the cluster and archive its WAL
  as_superuser "$1" "ALTER ROLE platform CREATEROLE REPLICATION; GRANT pg_read_all_stats TO platform WITH ADMIN OPTION; \
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO platform"
  printf 'host %s 127.0.0.1/32 scram-sha-256\n' 'all all' 'replication platform' >"$1/pg_hba.conf"
}

ctl() { supervisorctl -c "$ROOT/ops/supervisord.conf" "$@"; }

running() { [[ -S $SOCKET ]] && curl -so /dev/null --unix-socket "$SOCKET" http://localhost/; }

# Prints the pids of all processes that the supervisord of this instance started, even if it is gone itself: they have its address in
# their environment.
children() { grep -lszxF "SUPERVISOR_SERVER_URL=unix://$SOCKET" /proc/[0-9]*/environ | cut -d/ -f3 || true; }

start_servers() {
  # Processes that a killed supervisord left behind would occupy the ports.
  [[ -z $(children) ]] || step 'stopping processes of an earlier run' stop_children
  # shellcheck disable=SC2046
  claim $(seq "$POSTGRES_PORT" "$ERL_EPMD_PORT") "$@"
  ulimit -n 65536 2>/dev/null || true # for the many connections of the broker and the database
  WITHOUT_SECRETS=$(without_secrets servers) supervisord -c "$SUPERVISORD_CONF" 9>&-
  until running; do sleep 0.1; done
}

stop_children() {
  local pids
  # shellcheck disable=SC2086
  for ((i = 0; i < 300; i++)); do
    pids=$(children)
    [[ $pids ]] || return 0
    ((i % 50)) || kill $pids 2>/dev/null || true
    sleep 0.1
  done
  die "these processes do not stop: $pids"
}

stop_all() {
  local replica supervisor
  supervisor=$(ctl pid)
  # The gateways first, then the services, then the servers. Each group stops in parallel; supervisord would stop one by one.
  # shellcheck disable=SC2046
  ctl stop $(gateways) &>/dev/null || true
  for replica in $(replicas); do ctl stop "$replica" &>/dev/null & done
  wait
  for replica in rabbitmq postgres; do ctl stop "$replica" &>/dev/null & done
  wait
  ctl shutdown >/dev/null
  while [[ -e /proc/$supervisor || $(children) ]]; do sleep 0.2; done
}
