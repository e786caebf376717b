#!/usr/bin/env bash
# Sends the seed data through the gateway, file by file and in order. Safe to repeat: existing items are not changed.
# A seed is {"role": "editor" or null, "method", "path", "headers"?, "body"?}.
set -euo pipefail
GATEWAY=${1:?usage: seeds/seed.sh GATEWAY_URL}
HERE=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
failed=0

for name in articles comments states currency-rates feedback; do
  file=$HERE/$name.json
  [[ -f $file ]] || continue
  for role in $(jq -r '[.[].role // empty] | unique[]' "$file"); do
    # The token is passed on standard input, because all accounts of the machine can read arguments.
    "$HERE/../platform" token "$role" | jq -R --arg role "$role" '{($role): .}'
  done | jq -s 'add // {}' >"$WORK/tokens"

  # One curl per file reuses the connection and keeps the order. Strings in its configuration are quoted as in JSON.
  jq -r --arg gateway "$GATEWAY" --arg work "$WORK" --slurpfile tokens "$WORK/tokens" '
    to_entries[] | .key as $n | .value |
    (if $n > 0 then "next" else empty end),
    "silent", "show-error", "globoff", "noproxy = \"*\"", "max-time = 30", "retry = 2",
    "request = \(.method | tojson)",
    "url = \($gateway + .path | tojson)",
    (if .role then "header = \("Authorization: Bearer " + $tokens[0][.role] | tojson)" else empty end),
    (.headers // {} | to_entries[] | "header = \("\(.key): \(.value)" | tojson)"),
    (if .body then "header = \"Content-Type: application/json\"", "data-raw = \(.body | tojson | tojson)" else empty end),
    "output = \("\($work)/answer-\($n)" | tojson)",
    "write-out = \"%{http_code}\\n\""' "$file" >"$WORK/requests"
  # 404 means that an event has not reached the service yet, because comments are sent immediately after their articles.
  for _ in {1..30}; do
    curl --config "$WORK/requests" >"$WORK/codes" || true # A failed connection has the code 000 and is reported below.
    grep -qx 404 "$WORK/codes" || break
    sleep 1
  done

  n=0 sent=0 skipped=0 wrong=0
  while read -r code; do
    case $code in
      2??) sent=$((sent + 1)) ;;
      409 | 412 | 428) skipped=$((skipped + 1)) ;; # The item was changed in the meantime, so it is left unchanged.
      *)
        wrong=$((wrong + 1))
        jq -r --argjson n "$n" '.[$n] | "\(.method) \(.path)"' "$file"
        printf '  %s %s\n' "$code" "$(cat "$WORK/answer-$n" 2>/dev/null || true)"
        ;;
    esac
    n=$((n + 1))
  done <"$WORK/codes"
  printf '%-16s %3d sent, %d skipped because they were changed, %d failed\n' "$name" "$sent" "$skipped" "$wrong"
  failed=$((failed + wrong))
  rm -f "$WORK"/answer-*
done
((failed == 0))
