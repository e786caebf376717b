# Which instance the script works on: its folder, its services, their replicas and ports. Sourced by ./platform.

use() { # DATA PORT: selects the instance that the rest of the script works on; ops/supervisord.conf reads the exported variables
  PLATFORM_DATA=$(realpath -m "$1") PLATFORM_PORT=$2
  # The path of a unix socket has at most 107 bytes.
  ((${#PLATFORM_DATA} <= 85)) || die "the path $PLATFORM_DATA is too long: choose a shorter PLATFORM_DATA"
  [[ $PLATFORM_PORT =~ ^[0-9]{4,5}$ ]] || die "PLATFORM_PORT=$PLATFORM_PORT is not a port number"
  SOCKET=$PLATFORM_DATA/supervisor.sock
  POSTGRES_PORT=$((PLATFORM_PORT + 10)) RABBITMQ_PORT=$((PLATFORM_PORT + 11)) RABBITMQ_DIST_PORT=$((PLATFORM_PORT + 12))
  RABBITMQ_MANAGEMENT_PORT=$((PLATFORM_PORT + 13)) ERL_EPMD_PORT=$((PLATFORM_PORT + 14)) RECOVERY_PORT=$((PLATFORM_PORT + 15))
  POSTGRES_OPTIONS="" SUPERVISORD_CONF=$ROOT/ops/supervisord.conf
  # No process that listens on a port runs as root: the servers run as the users of their packages, services and gateways as SERVICES_USER.
  OWNER=$(id -un) POSTGRES_USER=$OWNER RABBITMQ_USER=$OWNER SERVICES_USER=$OWNER
  if ((EUID == 0)); then POSTGRES_USER=postgres RABBITMQ_USER=rabbitmq SERVICES_USER=${PLATFORM_USER:-platform}; fi
  export PLATFORM_DATA PLATFORM_PORT POSTGRES_PORT RABBITMQ_PORT RABBITMQ_DIST_PORT ERL_EPMD_PORT POSTGRES_OPTIONS
  export OWNER POSTGRES_USER RABBITMQ_USER
}

# A service is a folder below services/ with a project file: services/CurrencyRates holds the service currency-rates. The portal runs like
# one. The first five keep their ports when others are added.
declare -A FOLDER=() INDEX=() REPLICAS=()
find_services() {
  local project folder name
  for name in articles comments currency-rates feedback portal; do INDEX[$name]=${#INDEX[@]}; done
  REPLICAS[gateway]=1
  for project in "$ROOT"/services/*/*.csproj "$ROOT/portal/Portal.csproj"; do
    [[ -f $project ]] || continue
    folder=${project#"$ROOT"/}
    name=$(basename "$project" .csproj | sed -E 's/(.)([A-Z])/\1-\2/g; s/.*/\L&/')
    FOLDER[$name]=${folder%/*} REPLICAS[$name]=1
    [[ ${INDEX[$name]:-} ]] || INDEX[$name]=${#INDEX[@]}
  done
  [[ ! -f $PLATFORM_DATA/replicas ]] || while IFS='=' read -r name count; do
    if [[ ${REPLICAS[$name]:-} ]]; then REPLICAS[$name]=$count; fi
  done <"$PLATFORM_DATA/replicas"
}

services() { ((${#FOLDER[@]} == 0)) || printf '%s\n' "${!FOLDER[@]}" | sort; }

replicas() { # articles-1 articles-2 comments-1 ...
  local name n
  for name in $(services); do
    for ((n = 1; n <= REPLICAS[$name]; n++)); do echo "$name-$n"; done
  done
}

gateways() { # gateway gateway-2 ...
  local n
  echo gateway
  for ((n = 2; n <= REPLICAS[gateway]; n++)); do echo "gateway-$n"; done
}

port() { # NAME
  case $1 in
    *-next) port "${1%-next}" ;;
    gateway) echo "$PLATFORM_PORT" ;;
    gateway-*) echo $((PLATFORM_PORT + ${1##*-} - 1)) ;;
    postgres) echo "$POSTGRES_PORT" ;;
    rabbitmq) echo "$RABBITMQ_PORT" ;;
    epmd) echo "$ERL_EPMD_PORT" ;;
    haproxy) echo "$POSTGRES_PORT" ;;
    etcd-* | patroni-* | rabbitmq-*) cluster_port "${1%-*}" "${1##*-}" ;;
    *) echo $((PLATFORM_PORT + 99 + 20 * INDEX[${1%-*}] + ${1##*-})) ;;
  esac
}

# The port at which a service or gateway serves its detailed health and its metrics to operators. It is never the port that readers use.
operator_port() { # NAME
  case $1 in
    postgres | rabbitmq | epmd | haproxy | etcd-* | patroni-* | rabbitmq-*) echo 0 ;;
    *-next) echo $(($(port "$1") + 410)) ;;
    *) echo $(($(port "$1") + 400)) ;;
  esac
}

listening() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

gateway_url() { # prints the address of the first running gateway
  local name
  for name in $(gateways) gateway; do
    ! listening "$(port "$name")" || break
  done
  echo "http://127.0.0.1:$(port "$name")"
}

claim() { # PORT...: fails if another program uses one of them
  local port user
  for port; do
    listening "$port" || continue
    user=$(ss -ltnpH "sport = :$port" 2>/dev/null | sed -nE 's/.*\(\("([^"]+)",pid=([0-9]+).*/ by \1 (pid \2)/p' | head -n 1 || true)
    die "port $port is in use$user: stop that program, or choose other ports with PLATFORM_PORT"
  done
}
