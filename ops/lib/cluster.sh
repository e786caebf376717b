# Several servers instead of one, for `./platform test cluster`: three PostgreSQL with Patroni and etcd, three RabbitMQ nodes, and HAProxy
# at the addresses of the single servers. Sourced by ./platform. PLATFORM_SERVERS=cluster selects it. With PLATFORM_SERVERS=hosts the
# services connect to all three PostgreSQL directly instead of through HAProxy.

is_cluster() { [[ ${PLATFORM_SERVERS:-} == @(cluster|hosts) ]]; }

store_address() {
  [[ ${PLATFORM_SERVERS:-} != hosts ]] || { echo "Host=$(cluster_members postgres 127.0.0.1:)" && return; }
  echo "Host=127.0.0.1;Port=$POSTGRES_PORT"
}

# Prints a port of server N (1..3). The ports of the cluster begin at PLATFORM_PORT + 20.
cluster_port() { # etcd|peer|patroni|postgres|rabbitmq|dist|management N
  local -A first=([etcd]=20 [peer]=23 [patroni]=26 [postgres]=29 [rabbitmq]=32 [dist]=35 [management]=38)
  echo $((PLATFORM_PORT + first[$1] + $2 - 1))
}

cluster_members() { # KIND PREFIX: prints, for each N, PREFIX with # replaced by N, and the port
  local n
  for n in 1 2 3; do echo "${2/\#/$n}$(cluster_port "$1" "$n")"; done | paste -sd ,
}

# HAProxy accepts connections before any server is running, so the servers are checked as well.
cluster_listens() {
  local n
  for n in 1 2 3; do listening "$(cluster_port rabbitmq "$n")" || return 1; done
  curl -fso /dev/null --noproxy '*' --max-time 2 "http://127.0.0.1:$RABBITMQ_MANAGEMENT_PORT/"
}

prepare_cluster() {
  local n
  # shellcheck disable=SC2046
  claim $(seq "$(cluster_port etcd 1)" "$(cluster_port management 3)")
  mkdir -p "$PLATFORM_DATA"/{etcd,postgres,patroni,rabbitmq}
  cluster_hba >"$PLATFORM_DATA/postgres/pg_hba.conf"
  cluster_roles
  for n in 1 2 3; do
    (umask 077 && patroni_settings "$n" >"$PLATFORM_DATA/patroni/$n.yml" && rabbitmq_settings "$n" >"$PLATFORM_DATA/rabbitmq/$n.conf")
  done
  echo '[rabbitmq_management].' >"$PLATFORM_DATA/rabbitmq/enabled_plugins"
  [[ -e $PLATFORM_DATA/rabbitmq/.erlang.cookie ]] || (umask 077 && openssl rand -hex 20 >"$PLATFORM_DATA/rabbitmq/.erlang.cookie")
  chmod 600 "$PLATFORM_DATA/rabbitmq/.erlang.cookie"
  haproxy_settings >"$PLATFORM_DATA/haproxy.cfg"
  chown -R "$POSTGRES_USER" "$PLATFORM_DATA"/{etcd,postgres,patroni}
  chown -R "$RABBITMQ_USER" "$PLATFORM_DATA/rabbitmq"
  SUPERVISORD_CONF=$PLATFORM_DATA/supervisord.conf
  {
    awk '/^\[/ { skip = $0 ~ /^\[program:(postgres|rabbitmq)\]/ } !skip' "$ROOT/ops/supervisord.conf"
    for n in 1 2 3; do cluster_programs "$n"; done
    cluster_program haproxy 15 "$POSTGRES_USER" "haproxy -db -f $PLATFORM_DATA/haproxy.cfg"
  } >"$SUPERVISORD_CONF"
}

# A killed primary must stay down until another server leads, so supervisord does not restart Patroni.
cluster_program() { # NAME PRIORITY USER COMMAND [ENVIRONMENT]
  cat <<CONF

[program:$1]
priority=$2
command=env %(ENV_WITHOUT_SECRETS)s $4
user=$3
environment=HOME="$PLATFORM_DATA/rabbitmq"${5:+,$5}
stopwaitsecs=60
killasgroup=true
startretries=1000
$([[ $1 != patroni-* ]] || echo autorestart=false)
redirect_stderr=true
stdout_logfile=$PLATFORM_DATA/logs/$1.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=2
CONF
}

cluster_programs() { # N
  local name url peer none=$PLATFORM_DATA/rabbitmq/none
  url=http://127.0.0.1:$(cluster_port etcd "$1") peer=http://127.0.0.1:$(cluster_port peer "$1")
  cluster_program "etcd-$1" 5 "$POSTGRES_USER" "etcd --name etcd-$1 --data-dir $PLATFORM_DATA/etcd/$1 --enable-v2 \
--listen-client-urls $url --advertise-client-urls $url --listen-peer-urls $peer --initial-advertise-peer-urls $peer \
--initial-cluster $(cluster_members peer 'etcd-#=http://127.0.0.1:') --heartbeat-interval 200 --election-timeout 2000"
  cluster_program "patroni-$1" 10 "$POSTGRES_USER" "patroni $PLATFORM_DATA/patroni/$1.yml"
  cluster_program "rabbitmq-$1" 30 "$RABBITMQ_USER" /usr/lib/rabbitmq/bin/rabbitmq-server "$(
    printf '%s="%s",' RUNNING_UNDER_SYSTEMD true RABBITMQ_NODENAME "rabbit$1@localhost" RABBITMQ_DIST_PORT "$(cluster_port dist "$1")" \
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS '-kernel inet_dist_use_interface {127,0,0,1}' RABBITMQ_CONF_ENV_FILE "$none" \
      RABBITMQ_CONFIG_FILE "$PLATFORM_DATA/rabbitmq/$1.conf" \
      RABBITMQ_CONFIG_FILES "$none/*.conf" RABBITMQ_ADVANCED_CONFIG_FILE "$none.config" \
      RABBITMQ_ENABLED_PLUGINS_FILE "$PLATFORM_DATA/rabbitmq/enabled_plugins" RABBITMQ_MNESIA_BASE "$PLATFORM_DATA/rabbitmq/data" \
      RABBITMQ_LOG_BASE "$PLATFORM_DATA/rabbitmq/log" RABBITMQ_PID_FILE "$PLATFORM_DATA/rabbitmq/$1.pid" | sed 's/,$//')"
}
