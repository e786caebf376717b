# Tests and benchmarks. Sourced by ./platform.

# The tests get empty servers of their own, without fsync to save time. End-to-end tests call `up` themselves, with a PLATFORM_DATA below
# $TEST_DATA; processes that they leave running there are stopped as well.
PASSED=0 FAILED=0 SKIPPED=0 FAILURES=
tests() {
  local level path log count code failures levels=()
  local -A project=() sum=()
  while (($#)) && [[ $1 != -- ]]; do levels+=("$1") && shift; done
  shift $(($# > 0))
  for path in "$ROOT"/tests/*/*.csproj; do
    level=$(basename "$path" .csproj)
    [[ $level == @(Kit|Chaos) ]] || project[${level,,}]=$path
  done
  for level in "${levels[@]}"; do
    [[ ${project[$level]:-} ]] || die "there are no tests of level '$level': choose from ${!project[*]}"
  done
  ((${#levels[@]})) || levels=(unit contracts integration endtoend browser)
  need_sdk
  need postgresql rabbitmq-server supervisor jq curl openssl
  # tests/Clients contains third-party clients of the rates and a sign-in provider. Some packages of nodejs include npm; Debian's does not.
  if [[ " ${levels[*]} " =~ ' integration '|' endtoend '|' browser ' ]]; then
    need nodejs libxml2-utils
    command -v npm >/dev/null || need npm
  fi
  if [[ " ${levels[*]} " == *' unit '* ]]; then need shellcheck; fi
  if [[ " ${levels[*]} " == *' browser '* ]]; then need chromium fonts-noto-cjk; fi
  if [[ " ${levels[*]} " == *' cluster '* ]]; then need etcd-server patroni haproxy; fi

  trap finish_tests EXIT
  trap 'exit 130' INT TERM HUP
  TEST_DATA=$PLATFORM_DATA/test
  mkdir -p "$TEST_DATA"
  stop_tests
  rm -rf "$TEST_DATA"
  mkdir -p "$TEST_DATA"
  # If only root can enter the folder of the clone, the data of PostgreSQL, which does not run as root, must be elsewhere.
  if ! as "$POSTGRES_USER" test -x "$TEST_DATA"; then
    TEST_DATA=$(mktemp -d)
    chmod 711 "$TEST_DATA"
  fi
  use "$TEST_DATA" "$(free_ports 9080)"
  export POSTGRES_OPTIONS='-c fsync=off'
  prepare
  step 'starting PostgreSQL and RabbitMQ' start_servers
  [[ ${PLATFORM_NO_BUILD:-} ]] || step 'building' build
  step 'waiting for PostgreSQL and RabbitMQ' await postgres rabbitmq
  export TEST_DATA
  export TEST_POSTGRES="Host=127.0.0.1;Port=$POSTGRES_PORT;Username=platform;Password=$POSTGRES_PASSWORD;Database=postgres"
  export TEST_RABBITMQ="amqp://platform:$RABBITMQ_PASSWORD@127.0.0.1:$RABBITMQ_PORT/"
  export TEST_RABBITMQ_MANAGEMENT="http://127.0.0.1:$RABBITMQ_MANAGEMENT_PORT"

  for level in "${levels[@]}"; do
    [[ ${project[$level]:-} ]] || continue
    printf '\n== %s\n' "$level"
    log=$TEST_DATA/logs/test-$level.log code=0
    (cd "$ROOT" && PLATFORM_SERVERS=$([[ $level != cluster ]] || echo "${TEST_CLUSTER:-cluster}") \
      dotnet test --project "${project[$level]}" -c Release --no-build --no-progress --no-ansi "$@") </dev/null 2>&1 9>&- |
      tee "$log" || code=$?
    for count in succeeded failed skipped; do
      sum[$count]=$(sed -nE "s/^ +$count: ([0-9]+)$/\1/p" "$log" | tail -n 1)
    done
    # Tests that run only when they are named do not count as skipped.
    ((sum[skipped] = ${sum[skipped]:-0} - $(grep -c 'Not run (due to explicit test filtering)' "$log" || true))) || true
    failures=$(awk '/^failed / { lines = 15 } /^ *(Standard output|Error output)|^(passed|skipped) / { lines = 0 } lines-- > 0' "$log")
    FAILURES+=${failures:+$failures$'\n'}
    # A run that crashed may have printed no counts.
    if ((code && ${sum[failed]:-0} == 0)); then sum[failed]=1; fi
    ((PASSED += ${sum[succeeded]:-0}, FAILED += ${sum[failed]:-0}, SKIPPED += ${sum[skipped]:-0})) || true
  done
}

finish_tests() {
  local code=$?
  stop_tests || true
  [[ $TEST_DATA == */test ]] || rm -rf "$TEST_DATA"
  if ((FAILED == 0 && (code || PASSED == 0))); then FAILED=1; fi # it ended early, or ran no tests
  # Print the failures again at the end, without the logs in between.
  if [[ $FAILURES ]]; then printf '\n== failures\n%s' "$FAILURES"; fi
  printf '\n%d passed, %d failed' "$PASSED" "$FAILED"
  if ((SKIPPED)); then printf ', %d skipped' "$SKIPPED"; fi
  echo
  exit $((FAILED > 0))
}

stop_tests() {
  local folder
  for folder in "$TEST_DATA"/*/ "$TEST_DATA"; do (use "${folder%/}" "$PLATFORM_PORT" && down >/dev/null); done
}

free_ports() { # BASE: prints the first of BASE, BASE + 1000, ... with free ports for the servers
  local base=$1
  until (claim $((base + 10)) $((base + 11)) $((base + 12)) $((base + 13)) $((base + 14))) 2>/dev/null; do ((base += 1000)); done
  echo "$base"
}

bench() {
  need_sdk
  need postgresql rabbitmq-server supervisor jq curl openssl wrk nginx nghttp2-client
  if [[ " $* " == *' wordpress '* || " $* " == *' --wordpress '* ]]; then need wordpress php php-fpm php-mysql mariadb-server; fi
  step 'building' build
  exec dotnet "$ROOT/bench/bin/Release/net10.0/Bench.dll" "$@"
}
