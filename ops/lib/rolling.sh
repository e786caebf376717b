# How processes change to another build or to other settings, one by one. Sourced by ./platform.

# Makes what runs be what services.conf says. A process whose program changed is replaced alone, while another one serves.
# PostgreSQL and RabbitMQ stay as they are: restarting them would fail requests.
reconcile() {
  local name changed others
  mapfile -t changed < <(ctl reread | sed -n 's/: changed$//p')
  for name in "${changed[@]}"; do
    case $name in
      postgres | rabbitmq | epmd) echo "  $name goes on with its settings until ./platform down" ;;
      gateway | gateway-*) echo "  replacing $name" && replace_gateway "$name" ;;
      *) echo "  replacing $name" && replace "$name" ;;
    esac
  done
  mapfile -t others < <(ctl reread | sed -nE 's/: (available|changed|disappeared)$//p' | grep -vE '^(postgres|rabbitmq|epmd)$')
  ((${#others[@]} == 0)) || ctl update "${others[@]}" >/dev/null
}

change() { # NAME: starts it as services.conf says now, or stops it if it is there no more
  write_programs
  ctl update "$1" >/dev/null
}

# No gateway sends requests to a process that stops. The only replica of a service gets another one beside it for that time.
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

# The next gateway listens at the same port before the old one leaves it.
NEXT=
replace_gateway() { # NAME
  if shares_port "$1"; then
    NEXT=$1-next
    change "$NEXT"
  fi
  if [[ ! $NEXT ]] || ! comes_up "$NEXT"; then
    echo "  $1 and its successor cannot share a port, because one of them is of an earlier version: it is restarted"
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

shares_port() { # NAME: whether the running gateway does, and the one that replaces it can
  local folder
  IFS=$TAB read -r _ folder _ < <(grep "^gateway$TAB" "$PLATFORM_DATA/releases/current")
  grep -qzx Gateway__SharePort=true "/proc/$(ctl pid "$1")/environ" && grep -qa SharedPort "$folder/Gateway.dll"
}

comes_up() { # NAME: whether it becomes healthy; false as soon as it gives up
  local end=$((SECONDS + ${PLATFORM_WAIT:-90}))
  until healthy "$1"; do
    ((SECONDS < end)) && [[ $(ctl status "$1" | awk '{ print $2 }') == @(STARTING|RUNNING|BACKOFF) ]] || return 1
    sleep 0.1
  done
}
