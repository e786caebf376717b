# ./platform verify: compares every read model with its events, and every copy of another service's facts with its publisher. Sourced by
# ./platform.

verify_usage() {
  cat <<'TEXT'
usage: ./platform verify [--service NAME] [--wait SECONDS]
  Rebuilds every read model beside the live one and compares both row by row, without replacing anything. Then compares the facts that each
  service publishes with the copies that other services keep. Prints one line for each comparison; fails if anything differs.
  --service  compares only the read models of this service, the copies that it keeps, and the copies of its facts
  --wait     the number of seconds that a copy may be behind, because events may be in transit (30)
environment: PLATFORM_URL (the first running gateway), PLATFORM_TOKEN (a token of this machine for the role admin)
TEXT
}

verify() {
  local service='' wait=30 names chosen name failed='' jobs=() lists list
  while (($#)); do
    case $1 in
      --service) service=${2:?--service needs a name} ;;
      --wait) wait=${2:?--wait needs a number of seconds} ;;
      -h | --help) verify_usage; return ;;
      *) verify_usage >&2; exit 2 ;;
    esac
    shift 2
  done
  [[ $wait =~ ^[0-9]+$ ]] || die "--wait $wait is not a number of seconds"
  mapfile -t names < <(with_events)
  [[ ! $service || " ${names[*]} " == *" $service "* ]] || die "there is no service '$service' with events: choose one of ${names[*]}"
  chosen=("${names[@]}")
  [[ ! $service ]] || chosen=("$service")
  PLATFORM_TOKEN=${PLATFORM_TOKEN:-$(token admin "$(id -un)")}
  SCRATCH=$(mktemp -d)
  trap 'rm -rf "$SCRATCH"' EXIT

  # One read model of each service at a time, because a rebuild uses some of the connections of the service.
  for name in "${chosen[@]}"; do
    verify_read_models "$name" &
    jobs+=($!)
  done
  for name in "${jobs[@]}"; do wait "$name" || failed=yes; done

  lists=$(for name in "${names[@]}"; do admin GET "$name/copies"; done |
    jq -rs --arg service "$service" '[.[].items[]] | unique[] | select($service == "" or $service == .publisher or $service == .consumer)
      | [.name, .publisher, .consumer] | join(" ")')
  while read -r list; do
    # shellcheck disable=SC2086
    [[ ! $list ]] || verify_copy "$wait" $list || failed=yes
  done <<<"$lists"
  if [[ $failed ]]; then
    cat <<'TEXT'
Something differs or could not be checked (see above). To repair:
  a read model: ./platform replay SERVICE readModel:NAME --mode apply --reason TEXT
  a copy that is behind, or lacks facts: ./platform replay PUBLISHER bus --mode apply --reason TEXT
TEXT
    exit 1
  fi
  echo 'everything agrees'
}

with_events() { with_store | grep -vx gateway; }

verdict() { # ok|DIFFERS|FAILED SERVICE NAME TEXT: prints the result of one comparison
  printf '%-8s %-14s %-28s %s\n' "$@"
}

verify_read_models() { # SERVICE
  local body model models wanted id replay bad=0
  body=$(admin GET "$1/consumers")
  mapfile -t models < <(jq -r '.items[] | select(.kind == "readModel") | .name' <<<"$body")
  for model in "${models[@]}"; do
    wanted=$(jq -cn --arg target "readModel:$model" '{$target, mode: "verify", reason: "./platform verify"}')
    if ! body=$(admin POST "$1/replays" "$wanted" 2>&1); then
      verdict FAILED "$1" "$model" "$body"
      bad=1
      continue
    fi
    id=$(jq -r .id <<<"$body")
    while replay=$(admin GET "$1/replays/$id"); [[ $(jq -r .state <<<"$replay") == @(queued|running) ]]; do sleep 0.2; done
    case $(jq -r 'if .state != "completed" then "FAILED" else .comparison |
        if .differ + .missing + .extra == 0 then "ok" else "DIFFERS" end end' <<<"$replay") in
      ok) verdict ok "$1" "$model" "$(jq -r '"\(.comparison.same) rows"' <<<"$replay")" ;;
      DIFFERS)
        verdict DIFFERS "$1" "$model" \
          "$(jq -r '(.comparison | "\(.differ) rows differ, \(.missing) are missing, \(.extra) are surplus, \(.same) are equal"),
            (.comparison.samples[:5][] | "           \(.id) \(.what) \(.fields | join(", "))")' <<<"$replay")"
        bad=1
        ;;
      *) verdict FAILED "$1" "$model" "$(jq -r '"\(.state): \(.error // "")"' <<<"$replay")"; bad=1 ;;
    esac
  done
  return $bad
}

facts() { # SERVICE LIST: prints id, version and hash of every fact, sorted by id
  local after='' page
  while :; do
    page=$(admin GET "$1/copies/$2?limit=500&after=$(jq -rn --arg after "$after" '$after | @uri')") || exit
    jq -r '.items[] | [.id, .version, .hash] | @tsv' <<<"$page"
    after=$(jq -r '.next // empty' <<<"$page")
    [[ $after ]] || break
  done | LC_ALL=C sort -t $'\t' -k 1,1
}

# Prints id, version and hash at the publisher, and version and hash of the copy, for each fact with a difference.
differences() { # LIST PUBLISHER CONSUMER
  facts "$2" "$1" >"$SCRATCH/publisher" || return
  facts "$3" "$1" >"$SCRATCH/consumer" || return
  LC_ALL=C join -t $'\t' -a 1 -a 2 -e - -o 0,1.2,1.3,2.2,2.3 "$SCRATCH/publisher" "$SCRATCH/consumer" | awk -F '\t' '$2 != $4 || $3 != $5'
}

# If a copy changes between two comparisons, its events were in transit. Only a copy that differs each time and does not change is reported.
verify_copy() { # SECONDS LIST PUBLISHER CONSUMER
  local end=$((SECONDS + $1)) left=$SCRATCH/left now=$SCRATCH/now
  differences "${@:2}" >"$left" || return
  while [[ -s $left ]] && ((SECONDS < end)); do
    sleep 1
    differences "${@:2}" >"$now" || return
    awk -F '\t' 'NR == FNR { seen[$1, $4, $5]; next } ($1, $4, $5) in seen' "$left" "$now" >"$left.new"
    mv "$left.new" "$left"
  done
  if [[ ! -s $left ]]; then
    verdict ok "$4" "$2" "$(wc -l <"$SCRATCH/publisher") facts of $3"
    return
  fi
  verdict DIFFERS "$4" "$2" "$(awk -F '\t' -v of="$3" '
    { kind = $2 == "-" ? "unknown to " of : $4 == "-" ? "missing" : $4 < $2 ? "behind" : $4 > $2 ? "ahead of " of : "other content" }
    { count[kind]++; if (NR <= 5) samples = samples sprintf("\n           %s: version %s at %s, %s in the copy: %s", $1, $2, of, $4, kind) }
    END { for (kind in count) line = line (line ? ", " : "") count[kind] " " kind; print line samples }' "$left")"
  return 1
}
