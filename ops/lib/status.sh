# What runs, and what it logs. Sourced by ./platform.

status() {
  local processes='[]' name
  if running; then
    load_secrets
    # supervisorctl prints no pid for a process that is starting; its RPC interface does.
    processes=$(/usr/bin/python3 -c '
import json, sys
from supervisor.childutils import getRPCInterface
print(json.dumps(getRPCInterface({"SUPERVISOR_SERVER_URL": sys.argv[1]}).supervisor.getAllProcessInfo()))' "unix://$SOCKET" |
      jq -c '[.[] | {name, state: .statename, pid, uptime: (if .pid > 0 then .now - .start else 0 end)}]')
    processes=$(for name in $(jq -r '.[].name' <<<"$processes"); do
      printf '{"%s": {"port": %d, "operatorPort": %d, "ready": %s}}\n' \
        "$name" "$(port "$name")" "$(operator_port "$name")" "$(ready "$name" && echo true || echo false)"
    done | jq -cs --argjson processes "$processes" 'add as $more | $processes | map(. + $more[.name])')
  fi
  if [[ ${1:-} == --json ]]; then
    jq . <<<"$processes"
  elif [[ $processes == '[]' ]]; then
    echo 'not running'
  else
    printf '%-20s %-9s %7s %6s %9s %9s  %s\n' PROCESS STATE PID PORT OPERATORS UPTIME READY
    jq -r '.[] | [.name, .state, .pid, .port, (.operatorPort | if . > 0 then . else "-" end), .uptime,
      (if .ready then "yes" else "no" end)] | @tsv' <<<"$processes" |
      while IFS=$'\t' read -r name state pid port operators uptime ready; do
        printf '%-20s %-9s %7s %6s %9s %9s  %s\n' "$name" "$state" "$pid" "$port" "$operators" \
          "$(printf '%d:%02d:%02d' $((uptime / 3600)) $((uptime / 60 % 60)) $((uptime % 60)))" "$ready"
      done
  fi
}

logs() {
  local files=("$PLATFORM_DATA/logs/${1:-}"*.log)
  [[ -e ${files[0]} ]] || die "there are no logs of '${1:-}' in $PLATFORM_DATA/logs"
  exec tail -n 20 -F "${files[@]}"
}
