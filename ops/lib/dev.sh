# A service that is being developed, in place of its replica. Sourced by ./platform.

dev_usage() {
  cat <<'TEXT'
usage: ./platform dev NAME [--stop]
  Stops the replica NAME of the running platform and runs the service from its source with `dotnet watch` in its place, with the same
  port, settings, database and queues. A changed file is applied within seconds. Ctrl-C ends it and starts the replica again.
  NAME is a replica such as comments-1, or a service, which means its first replica, or gateway.
  --stop  only stops the replica and writes its settings to .data/dev/SERVICE.env, for a debugger that runs the service itself
          (.vscode/launch.json does). Afterwards: ./platform start NAME
TEXT
}

dev() { # NAME [--stop]
  local name=${1:-} project settings line
  [[ $name ]] || { dev_usage >&2 && exit 2; }
  [[ ! ${FOLDER[$name]:-} ]] || name=$name-1
  running || die 'not running: run ./platform up first'
  [[ " $(replicas | xargs) $(gateways | xargs) " == *" $name "* ]] ||
    die "there is no process '$name': choose one of $(replicas | xargs) $(gateways | xargs)"
  need_sdk
  project=gateway settings=$PLATFORM_DATA/dev/${name%-[0-9]*}.env
  [[ $name == gateway* ]] || project=${FOLDER[${name%-*}]}
  [[ $(ctl status "$name") != *RUNNING* ]] || (umask 077 && mkdir -p "${settings%/*}" && settings_of "$name" >"$settings")
  [[ -s $settings ]] || die "'$name' is not running: run ./platform start $name first"
  "$ROOT/platform" stop "$name"
  if [[ ${2:-} == --stop ]]; then
    echo "$name is stopped; its settings are in $settings"
    return
  fi
  trap : INT TERM HUP # Ctrl-C reaches the whole process group: dotnet watch ends, and then the replica starts again.
  while IFS= read -r line; do export "${line?}"; done <"$settings"
  echo "$name runs from $project; Ctrl-C ends it and starts the replica again"
  (cd "$ROOT/$project" && exec dotnet watch run --no-launch-profile --non-interactive) || true
  "$ROOT/platform" start "$name"
}

settings_of() { # NAME: prints the settings of the running process as lines NAME=VALUE
  tr '\0' '\n' <"/proc/$(ctl pid "$1")/environ" |
    grep -aEv '^(HOME|USER|PATH|PWD|SHLVL|_|LOGNAME|LANG|SUPERVISOR_[A-Z_]*|PLATFORM_BUILD|DOTNET_GC[A-Za-z0-9]*)='
}
