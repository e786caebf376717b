# Moves processes to another build or to other settings, one by one. Sourced by ./platform.

# Brings the running processes in line with services.conf. Changed processes are replaced one at a time, while another one serves.
# PostgreSQL and RabbitMQ are not restarted, because requests would fail.
reconcile() {
  local name changed others
  mapfile -t changed < <(ctl reread | sed -n 's/: changed$//p')
  for name in "${changed[@]}"; do
    case $name in
      postgres | rabbitmq | epmd) echo "  $name keeps its settings until ./platform down" ;;
      gateway | gateway-*) echo "  replacing $name" && replace_gateway "$name" ;;
      *) echo "  replacing $name" && replace "$name" ;;
    esac
  done
  mapfile -t others < <(ctl reread | sed -nE 's/: (available|changed|disappeared)$//p' | grep -vE '^(postgres|rabbitmq|epmd)$')
  ((${#others[@]} == 0)) || ctl update "${others[@]}" >/dev/null
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
