# Moves processes to another build or to other settings, one by one. Sourced by ./platform.

# Brings the running processes in line with services.conf. Changed processes are replaced one at a time, while another one serves.
# PostgreSQL and RabbitMQ are not restarted, because requests would fail.
reconcile() { # [back]: to an earlier build
  local name changed others last=
  mapfile -t changed < <(ctl reread | sed -n 's/: changed$//p' | in_order "$@")
  for name in "${changed[@]}"; do
    if [[ ${1:-} == back && $last && $last != "${name%-[0-9]*}" ]]; then await_consumers; fi
    last=${name%-[0-9]*}
    case $name in
      postgres | rabbitmq | epmd) echo "  $name keeps its settings until ./platform down" ;;
      gateway | gateway-*) echo "  replacing $name" && replace_gateway "$name" ;;
      *) echo "  replacing $name" && replace "$name" ;;
    esac
  done
  mapfile -t others < <(ctl reread | sed -nE 's/: (available|changed|disappeared)$//p' | grep -vE '^(postgres|rabbitmq|epmd)$')
  ((${#others[@]} == 0)) || ctl update "${others[@]}" >/dev/null
}

# Consumers are upgraded before the publishers whose messages they receive, so that they know new kinds of messages before these are sent.
# Going back, publishers come first.
in_order() { # [back] <NAMES
  local name rank
  while read -r name; do
    case $name in gateway*) rank=1 ;; articles-*) rank=2 ;; comments-*) rank=4 ;; portal-*) rank=5 ;; *) rank=3 ;; esac
    echo "$rank $name"
  done | if [[ ${1:-} == back ]]; then sort -k1,1nr -k2; else sort -k1,1n -k2; fi | cut -d' ' -f2
}

# Until the consumers have received everything that the publishers which were replaced sent before.
await_consumers() {
  local end=$((SECONDS + 600))
  sleep 6 # RabbitMQ counts the messages of a queue every five seconds
  until [[ $(waiting_messages) == 0 ]]; do
    ((SECONDS < end)) || die 'messages still wait for their consumers: ./platform rollback returns to the newer build'
    sleep 1
  done
}

waiting_messages() {
  local count='[.[] | select(.name | test("-when-|^gateway-live")) | .messages_ready] | add // 0'
  curl --silent --show-error --noproxy '*' --max-time 10 --config - <<CONF | jq "$count"
user = "platform:$RABBITMQ_PASSWORD"
url = "http://127.0.0.1:$RABBITMQ_MANAGEMENT_PORT/api/queues/%2F?disable_stats=true&enable_queue_totals=true"
CONF
}

change() { # NAME: starts it as services.conf defines it now, or stops it if services.conf no longer contains it
  write_programs
  ctl update "$1" >/dev/null
}

# Gateways send no requests to a process that is stopping. If a service has only one replica, a second one runs during the replacement.
replace() { # NAME
  local service=${1%-*} stand_in=
  if [[ ${REPLICAS[$service]} == 1 ]]; then
    stand_in=$service-2
    claim "$(port "$stand_in")" "$(operator_port "$stand_in")"
    REPLICAS[$service]=2
    change "$stand_in"
    await "$stand_in"
    route
  fi
  route "$1"
  sleep "$DRAIN"
  ctl update "$1" >/dev/null
  await "$1"
  if [[ $stand_in ]]; then
    REPLICAS[$service]=1
    route
    sleep "$DRAIN"
    change "$stand_in"
  else
    route
  fi
}

# The new gateway listens on the same port before the old one stops.
NEXT=
replace_gateway() { # NAME
  if shares_port "$1"; then
    NEXT=$1-next
    change "$NEXT"
  fi
  if [[ ! $NEXT ]] || ! comes_up "$NEXT"; then
    echo "  $1 is restarted, because it and its successor cannot share a port (one of them has an earlier version)"
    if [[ ${REPLICAS[gateway]} -gt 1 ]]; then
      route "$1"
      sleep "$DRAIN"
    fi
  fi
  ctl update "$1" >/dev/null
  await "$1"
  if [[ $NEXT ]]; then
    NEXT=
    change "$1-next"
  fi
  route
}

shares_port() { # NAME: true if the running gateway shares its port and its successor can do so
  local folder
  IFS=$TAB read -r _ folder _ < <(grep "^gateway$TAB" "$PLATFORM_DATA/releases/current")
  grep -qzx Gateway__SharePort=true "/proc/$(ctl pid "$1")/environ" && grep -qa SharedPort "$folder/Gateway.dll"
}

comes_up() { # NAME: waits until it is healthy; false as soon as it has exited for good
  local end=$((SECONDS + ${PLATFORM_WAIT:-90}))
  until healthy "$1"; do
    ((SECONDS < end)) && [[ $(ctl status "$1" | awk '{ print $2 }') == @(STARTING|RUNNING|BACKOFF) ]] || return 1
    sleep 0.1
  done
}
