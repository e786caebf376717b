# Starting, stopping and scaling. Sourced by ./platform.

DRAIN=2 # seconds between removal from the list of the gateways and SIGTERM: a gateway reads its list again within one second

up() {
  local names ports=() name
  need_sdk
  need postgresql rabbitmq-server supervisor jq curl openssl
  mapfile -t names < <(replicas; gateways)
  if running; then adopt; fi
  [[ ${PLATFORM_NO_BUILD:-} ]] || step 'building' build
  if running; then
    echo 'already running: updating processes that changed'
    load_secrets
    install_archive # PostgreSQL calls it once it is restarted with new settings
  else
    for name in "${names[@]}"; do ports+=("$(port "$name")" "$(operator_port "$name")"); done
    prepare
    step 'starting PostgreSQL and RabbitMQ' start_servers "${ports[@]}"
    step 'waiting for PostgreSQL' await postgres
    # A service that finds no broker when it starts waits for seconds before it tries again.
    step 'waiting for RabbitMQ' await rabbitmq
  fi
  make_accounts
  need_user
  step 'copying the build' new_release
  write_programs
  route
  step "starting ${names[*]}" reconcile
  ctl start all >/dev/null || true # starts processes that were stopped by hand; await reports those that do not start
  step 'waiting until all processes are ready' await postgres epmd rabbitmq "${names[@]}"
  route
  release_is_ready
  if [[ ! ${PLATFORM_NO_SEED:-} && ! -e $PLATFORM_DATA/seeded ]]; then step 'loading the seed data' seed; fi
  cat <<TEXT

ready: http://localhost:$PLATFORM_PORT
  console             $(sign_in)
                      (this link signs in once, within 15 minutes; ./platform sign-in prints another)
  RabbitMQ            http://127.0.0.1:$RABBITMQ_MANAGEMENT_PORT (user platform; passwords are in $PLATFORM_DATA/secrets)
  tokens              ./platform token editor        (roles: ${ROLES// /, })
  processes           ./platform status
  operators           http://127.0.0.1:$(operator_port gateway)/metrics and .../health/ready for the gateway;
                      every other process serves them on its own port plus 400
TEXT
}

down() {
  if running; then
    step 'stopping' stop_all
  elif [[ $(children) ]]; then
    step 'stopping processes that a killed supervisord left behind' stop_children
  else
    echo 'not running'
  fi
}

# The gateways may list a replica only while it answers: old ones are removed from the list first, new ones are added last.
scale() {
  local change name shrinks='' added=() ports=()
  local -A wanted=()
  running || die 'not running: ./platform up first'
  (($#)) || die 'name what to scale, for example: ./platform scale articles=3'
  for change; do
    name=${change%%=*}
    [[ ${REPLICAS[$name]:-} ]] || die "there is no service '$name': choose one of $(services | xargs) gateway"
    [[ ${change#*=} =~ ^([1-9]|1[0-9]|20)$ ]] || die "'$change': use 1 to 20 replicas, for example $name=2"
    [[ $name != gateway || ${change#*=} =~ ^[1-9]$ ]] || die "'$change': use 1 to 9 gateways, which listen on consecutive ports"
    wanted[$name]=${change#*=}
  done
  load_secrets
  for name in "${!wanted[@]}"; do
    for ((n = REPLICAS[$name] + 1; n <= wanted[$name]; n++)); do
      added+=("$name-$n") ports+=("$(port "$name-$n")" "$(operator_port "$name-$n")")
    done
    if ((wanted[$name] < REPLICAS[$name])); then
      shrinks=yes REPLICAS[$name]=${wanted[$name]}
    fi
  done
  claim "${ports[@]}"
  route
  if [[ $shrinks ]]; then sleep "$DRAIN"; fi
  for name in "${!wanted[@]}"; do REPLICAS[$name]=${wanted[$name]}; done
  for name in $(services) gateway; do echo "$name=${REPLICAS[$name]}"; done >"$PLATFORM_DATA/replicas"
  write_programs
  step "changing to $*" reconcile
  if ((${#added[@]})); then step "waiting for ${added[*]}" await "${added[@]}"; fi
  route
}

one() { # stop|start NAME: if there are several replicas, this one receives no requests while it is stopping or starting
  running || die 'not running: ./platform up first'
  local name=${2:?name a process, as ./platform status lists it} count
  count=${REPLICAS[${name%-*}]:-1}
  if [[ $1 == stop ]] && ((count > 1)); then
    route "$name"
    sleep "$DRAIN"
  fi
  ctl "$1" "$name"
  if [[ $1 == start ]] && ((count > 1)); then
    await "$name"
    route
  fi
}

seed() {
  "$ROOT/seeds/seed.sh" "$(gateway_url)" || die 'not all seed data was accepted (see above); ./platform seed sends it again'
  touch "$PLATFORM_DATA/seeded"
}
