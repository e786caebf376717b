# Prints the settings of the servers in ops/lib/cluster.sh. Sourced by ./platform.

cluster_hba() {
  printf 'host %s 127.0.0.1/32 scram-sha-256\n' 'all all' 'replication platform' 'replication replicator'
}

# Writes the script that creates the role platform. Patroni runs it once as the superuser, on the server that becomes the first primary.
cluster_roles() {
  local script=$PLATFORM_DATA/patroni/roles.sh
  (umask 077 && cat >"$script") <<SH
#!/bin/sh
exec "$POSTGRES_BIN/psql" -qX -v ON_ERROR_STOP=1 "\$1" <<'SQL'
CREATE ROLE platform LOGIN CREATEDB CREATEROLE REPLICATION PASSWORD '$POSTGRES_PASSWORD' IN ROLE pg_monitor;
GRANT pg_read_all_stats TO platform WITH ADMIN OPTION;
GRANT EXECUTE ON FUNCTION pg_switch_wal() TO platform;
SQL
SH
  chmod 700 "$script"
}

patroni_settings() { # N
  cat <<YAML
scope: platform
name: postgres-$1
restapi: {listen: "127.0.0.1:$(cluster_port patroni "$1")", connect_address: "127.0.0.1:$(cluster_port patroni "$1")"}
etcd: {hosts: "$(cluster_members etcd 127.0.0.1:)"}
bootstrap:
  post_init: $PLATFORM_DATA/patroni/roles.sh
  initdb: [{encoding: UTF8}, {locale: C.UTF-8}, data-checksums]
  dcs:
    ttl: 20
    loop_wait: 5
    retry_timeout: 5
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      use_slots: true
      parameters: {max_connections: 300, wal_log_hints: "on"}
postgresql:
  listen: "127.0.0.1:$(cluster_port postgres "$1")"
  connect_address: "127.0.0.1:$(cluster_port postgres "$1")"
  data_dir: $PLATFORM_DATA/postgres/$1
  bin_dir: $POSTGRES_BIN
  pgpass: $PLATFORM_DATA/patroni/$1.pgpass
  authentication:
    superuser: {username: postgres, password: "$POSTGRES_PASSWORD"}
    replication: {username: replicator, password: "$POSTGRES_PASSWORD"}
  pg_hba: [$(cluster_hba | sed 's/.*/"&"/' | paste -sd ,)]
  parameters:
    unix_socket_directories: ''
    shared_buffers: 64MB
    fsync: "off"
    timezone: UTC
    client_connection_check_interval: 2s
    wal_sender_timeout: 10s
    wal_receiver_timeout: 10s
    tcp_keepalives_idle: 10
    tcp_keepalives_interval: 5
    tcp_keepalives_count: 3
YAML
}

rabbitmq_settings() { # N
  local n
  cat <<CONF
listeners.tcp.local = 127.0.0.1:$(cluster_port rabbitmq "$1")
management.tcp.ip = 127.0.0.1
management.tcp.port = $(cluster_port management "$1")
default_user = platform
default_pass = $RABBITMQ_PASSWORD
log.console = true
log.file = false
cluster_partition_handling = pause_minority
cluster_formation.peer_discovery_backend = classic_config
CONF
  for n in 1 2 3; do echo "cluster_formation.classic_config.nodes.$n = rabbit$n@localhost"; done
}

# HAProxy ends the connections to a server that is no longer the primary. A frozen broker accepts connections but does not answer, so the
# check sends an AMQP header and expects an answer.
haproxy_settings() {
  cat <<CFG
global
  maxconn 4000
defaults
  mode tcp
  timeout connect 3s
  timeout check 2s
  timeout client 1h
  timeout server 1h
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
listen postgres
  bind 127.0.0.1:$POSTGRES_PORT
  option httpchk GET /primary
  http-check expect status 200
$(for n in 1 2 3; do echo "  server postgres-$n 127.0.0.1:$(cluster_port postgres $n) check port $(cluster_port patroni $n)"; done)
listen rabbitmq
  bind 127.0.0.1:$RABBITMQ_PORT
  balance leastconn
  option tcp-check
  tcp-check send-binary 414d515000000901
  tcp-check expect binary 01
$(for n in 1 2 3; do echo "  server rabbitmq-$n 127.0.0.1:$(cluster_port rabbitmq $n) check"; done)
listen management
  bind 127.0.0.1:$RABBITMQ_MANAGEMENT_PORT
$(for n in 1 2 3; do echo "  server rabbitmq-$n 127.0.0.1:$(cluster_port management $n) check"; done)
CFG
}
