# The settings of services and gateways, as supervisord and the gateways read them. Sourced by ./platform.

# Secrets that ./platform may have in its environment, each with the services that need it. All other processes start without it.
declare -A NEEDED_BY=(
  [Mail__Password]='comments feedback' [ProofOfWork__Key]='comments feedback' [Console__ClientSecret]=portal [PLATFORM_TOKEN]=''
)

# Allocations between two collections, in hexadecimal bytes. By itself, .NET chooses a multiple of the processor's cache, which a server
# shares with others: more than 100 MB for each process on a machine with a large one (docs/decisions/0125).
GARBAGE_COLLECTION='DOTNET_GCgen0size="400000",DOTNET_GCgen0MaxBudget="400000"'

without_secrets() { # NAME: prints arguments for env
  local secret
  for secret in "${!NEEDED_BY[@]}"; do
    [[ " ${NEEDED_BY[$secret]} " == *" ${1%-[0-9]*} "* ]] || printf -- '-u %s ' "$secret"
  done
}

program() { # NAME PROJECT PRIORITY ENVIRONMENT...: prints one section of services.conf
  local folder build
  IFS=$TAB read -r _ folder build < <(grep "^$2$TAB" "$PLATFORM_DATA/releases/current") || die "there is no build of $2: run ./platform up"
  cat <<CONF
[program:$1]
priority=$3
directory=$folder
command=env $(without_secrets "$1")dotnet $(basename "$ROOT/$2"/*.csproj .csproj).dll
user=$SERVICES_USER
environment=HOME="/nonexistent",USER="$SERVICES_USER",$GARBAGE_COLLECTION,$(IFS=,; echo "${*:4}"),PLATFORM_BUILD="$build"
stopwaitsecs=30
startsecs=3
startretries=1000
autorestart=true
redirect_stderr=true
stdout_logfile=$PLATFORM_DATA/logs/$1.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=2
CONF
}

store() { # NAME: prints the setting with the address of its database
  local role=${1//-/_} password
  password=$(secret "$1")
  if one_role_for_all; then role=platform password=POSTGRES_PASSWORD; fi
  echo "ConnectionStrings__Postgres=\"$(store_address);Database=${1//-/_};Username=$role;Password=${!password}\""
}

bus() { # NAME: prints the setting with the address of the broker and the account of NAME
  local password
  password=$(secret "$1")
  echo "ConnectionStrings__RabbitMq=\"amqp://$1:${!password}@127.0.0.1:$RABBITMQ_PORT/\""
}

for_operators() { # NAME: prints the setting with its operator address
  echo "Operator__Url=\"http://127.0.0.1:$(operator_port "$1")\""
}

write_programs() {
  local name
  need_user
  enterable "$SERVICES_USER"
  adopt
  for name in mail media console-keys sign-in ended; do private "$PLATFORM_DATA/$name"; done
  (umask 077 && programs >"$PLATFORM_DATA/services.conf.new")
  mv "$PLATFORM_DATA/services.conf.new" "$PLATFORM_DATA/services.conf"
}

# Prints the host names for which a gateway answers: those of this machine and those in the settings. Other requests are refused.
hosts() {
  local name site=${Site__PublicUrl:-} hosts=${PLATFORM_HOSTS:-}
  hosts=${hosts//[,;]/ }
  site=${site#*://} site=${site%%[/:]*}
  {
    # shellcheck disable=SC2086 # several names
    printf '%s\n' localhost 127.0.0.1 '[::1]' "$site" "$(hostname)" $hosts
    # If the gateway is bound to a network address, clients may use the addresses of this machine.
    if [[ ${PLATFORM_BIND:-127.0.0.1} != 127.* ]]; then
      for name in $(hostname -I 2>/dev/null); do
        if [[ $name == *:* ]]; then echo "[$name]"; else echo "$name"; fi
      done
    fi
  } | grep . | sort -u | paste -sd ';'
}

programs() {
  local replica name
  for replica in $(replicas); do
    name=${replica%-*}
    if [[ $name == portal ]]; then
      set -- "Gateway__Address=\"http://127.0.0.1:$PLATFORM_PORT\"" "Gateway__AddressFile=\"$PLATFORM_DATA/gateway/addresses.json\"" \
        "Console__KeysFolder=\"$PLATFORM_DATA/console-keys\"" "Console__SignInFolder=\"$PLATFORM_DATA/sign-in\""
    else
      set -- "$(store "$name")" "$(bus "$name")"
    fi
    [[ $name != comments ]] || set -- "$@" "Privacy__PersonKey=\"$PERSON_KEY\""
    program "$replica" "${FOLDER[$name]}" 40 "$@" "Auth__EndedFolder=\"$PLATFORM_DATA/ended\"" \
      "Service__Replica=\"$replica\"" "ASPNETCORE_URLS=\"http://127.0.0.1:$(port "$replica")\"" "$(for_operators "$replica")"
  done
  for replica in $(gateways) $NEXT; do
    program "$replica" gateway 50 "ASPNETCORE_URLS=\"http://${PLATFORM_BIND:-127.0.0.1}:$(port "$replica")\"" \
      "Service__Replica=\"$replica\"" "$(for_operators "$replica")" "$(store gateway)" "$(bus gateway)" \
      "AllowedHosts=\"$(hosts)\"" "Auth__EndedFolder=\"$PLATFORM_DATA/ended\"" \
      "Gateway__ClustersFile=\"$PLATFORM_DATA/gateway/clusters.json\"" \
      'DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS="1"' 'Gateway__SharePort="true"' \
      'Gateway__KnownProxies__0="127.0.0.1"' # the portal, which forwards the addresses of its visitors
  done
}

route() { # [REPLICA]: writes the lists of replicas and gateways for the gateways and the portal, without this one
  local replica file=$PLATFORM_DATA/gateway/clusters.json
  for replica in $(replicas); do
    [[ $replica == "${1:-}" ]] ||
      echo "${replica%-*} $replica http://127.0.0.1:$(port "$replica")/ http://127.0.0.1:$(operator_port "$replica")/"
  done | jq -Rn 'reduce (inputs / " ") as [$cluster, $name, $url, $health]
    ({}; .ReverseProxy.Clusters[$cluster].Destinations[$name] = {Address: $url, Health: $health})' >"$file.new"
  mv "$file.new" "$file"
  # The portal uses the next gateway if one does not answer.
  file=$PLATFORM_DATA/gateway/addresses.json
  for replica in $(gateways); do [[ $replica == "${1:-}" ]] || echo "http://127.0.0.1:$(port "$replica")"; done |
    jq -Rn '{ Gateway: { Address: ([inputs] | join(" ")) } }' >"$file.new"
  mv "$file.new" "$file"
}
