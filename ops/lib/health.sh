# Whether processes are ready. Sourced by ./platform.

ready() { # NAME
  case $1 in
    postgres) "$POSTGRES_BIN/pg_isready" -q -h 127.0.0.1 -p "$POSTGRES_PORT" -U platform -d postgres ;;
    rabbitmq) if is_cluster; then cluster_listens; else listening "$RABBITMQ_PORT" && listening "$RABBITMQ_MANAGEMENT_PORT"; fi ;;
    epmd | haproxy | etcd-* | patroni-* | rabbitmq-*) listening "$(port "$1")" ;;
    *) curl -fso /dev/null --noproxy '*' --max-time 2 "http://127.0.0.1:$(port "$1")/health/ready" ;;
  esac
}

# Healthy means ready, with its queues declared: a new service would miss events that are published before that.
healthy() { # NAME
  case $1 in
    postgres | rabbitmq | epmd | haproxy | etcd-* | patroni-* | rabbitmq-*) ready "$1" ;;
    *)
      curl -fs --noproxy '*' --max-time 2 "http://127.0.0.1:$(operator_port "$1")/health/ready" |
        jq -e '.status == "Healthy"' >/dev/null
      ;;
  esac
}

await() { # NAME...: waits until each of them is healthy
  local end=$((SECONDS + ${PLATFORM_WAIT:-90})) name
  for name; do
    until healthy "$name"; do
      if ((SECONDS >= end)); then
        tail -n 20 "$PLATFORM_DATA/logs/$name.log" >&2 || true
        die "$name is not ready after ${PLATFORM_WAIT:-90} s; the last lines of $PLATFORM_DATA/logs/$name.log are above"
      fi
      sleep 0.1
    done
  done
}
