# Replays from the command line. Sourced by ./platform.

replay_usage() {
  cat <<'TEXT'
usage: ./platform replay SERVICE TARGET --reason TEXT [--mode dryRun|verify|apply] [--scope JSON] [--per-second N]
  TARGET   readModel:NAME   rebuild it beside the live one and compare both; with --mode apply, replace the live one
           bus              send the public events again to all consumers
           bus:QUEUE        send the public events again to one queue
           eventTimes       correct the times of events that were stored while PostgreSQL's sessions did not run in UTC
           schema           list the columns and indexes that this version does not use; with --mode apply, drop them
  --mode   the default is verify; the bus has dryRun and apply
  --scope  selects events, for example '{"stream":"comment-..."}', '{"fromSequence":1,"toSequence":900}',
           '{"from":"2026-01-01T00:00:00Z","types":["article_published"]}'
  Without TARGET: lists the targets with their position and their last replay.
  Ctrl-C leaves the replay running and prints how to cancel it.
environment: PLATFORM_URL (the first running gateway), PLATFORM_TOKEN (a token of this machine for the role admin)
TEXT
}

# Prints the body of the answer; if the status is not 2xx, prints the problem and fails. It repeats a GET that is answered with 503.
admin() { # METHOD PATH [BODY]
  local url=${PLATFORM_URL:-$(gateway_url)} answer seconds
  for seconds in 1 2 4 8 0; do
    # Every account of the machine can read command lines, so curl reads the token from standard input.
    answer=$(printf 'header = "Authorization: Bearer %s"\n' "$PLATFORM_TOKEN" |
      curl -sS --config - --noproxy 127.0.0.1 -w '\n%{http_code}' -X "$1" \
        -H 'Content-Type: application/json' ${3:+-d "$3"} "$url/admin/$2") ||
      die "$url does not answer"
    # A replica that is busy or starting must not end a verification of many minutes.
    [[ $1 == GET && $seconds != 0 && ${answer##*$'\n'} == 503 ]] || break
    sleep "$seconds"
  done
  [[ ${answer##*$'\n'} == 2* ]] || die "$(jq -r '.detail // .title // "?"' <<<"${answer%$'\n'*}" 2>/dev/null || echo "${answer%$'\n'*}")"
  printf '%s\n' "${answer%$'\n'*}"
}

replay() {
  local service target='' reason='' mode='' scope='' rate='' body id now state='' width=30
  [[ ${1:-} && ${1:-} != -* ]] || { replay_usage; [[ ${1:-} == -h || ${1:-} == --help ]]; exit; }
  service=$1
  shift
  if [[ ${1:-} && ${1:-} != -* ]]; then target=$1; shift; fi
  while (($#)); do
    case $1 in
      --reason) reason=${2:?--reason needs a text} ;;
      --mode) mode=${2:?--mode needs dryRun, verify or apply} ;;
      --scope) scope=${2:?--scope needs JSON} ;;
      --per-second) rate=${2:?--per-second needs a number} ;;
      *) replay_usage >&2; exit 2 ;;
    esac
    shift 2
  done
  PLATFORM_TOKEN=${PLATFORM_TOKEN:-$(token admin "$(id -un)")}
  if [[ ! $target ]]; then
    body=$(admin GET "$service/consumers")
    jq -r '["NAME", "KIND", "POSITION", "LAG", "STATUS", "LAST REPLAY"],
      (.items[] | [.name, .kind, .position, .lag, .status,
        (.lastReplay | if . then "\(.mode) \(.status) \(.requestedAt[:19])" else "-" end)]) | @tsv' <<<"$body" |
      column -t -s $'\t'
    return
  fi
  [[ $reason ]] || die 'a reason is missing: add --reason TEXT'
  body=$(jq -cn --arg target "$target" --arg reason "$reason" --arg mode "$mode" \
    --argjson scope "${scope:-null}" --argjson rate "${rate:-null}" \
    '{target: $target, reason: $reason} + (if $mode == "" then {} else {mode: $mode} end)
      + (if $scope then {scope: $scope} else {} end) + (if $rate then {eventsPerSecond: $rate} else {} end)') ||
    die '--scope must be JSON, and --per-second a number'
  body=$(admin POST "$service/replays" "$body")
  id=$(jq -r .id <<<"$body")
  trap 'printf "\nThe replay continues. To cancel it: curl -X DELETE %s %s\n" \
    "-H @<(printf %s \"Authorization: Bearer \$(./platform token admin)\")" \
    "${PLATFORM_URL:-$(gateway_url)}/admin/$service/replays/$id"; exit 130' INT
  while :; do
    now=$(admin GET "$service/replays/$id")
    state=$(jq -r .state <<<"$now")
    if [[ -t 1 ]]; then
      jq -r --argjson width $width '(if .total > 0 then ([.done, .total] | min) / .total else 0 end) as $share |
        ($share * $width | floor) as $full |
        "\r[" + ("#" * $full // "") + ("." * ($width - $full) // "") + "] \($share * 100 | floor) % \(.step // .state), " +
        "\(.done)/\(.total), \(.perSecond | floor)/s" +
        (if .expected then ", done at \(.expected[11:19])" else "" end) + "\u001b[K"' <<<"$now" | tr -d '\n'
    fi
    [[ $state == queued || $state == running ]] || break
    sleep 0.5
  done
  [[ ! -t 1 ]] || echo
  jq -r '"\(.state): \(.summary // .error // "")",
    (.comparison.samples // [] | .[] | "  \(.id) \(.what) \(.fields | join(", "))")' <<<"$now"
  [[ $state == completed ]]
}
