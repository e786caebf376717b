# Tokens and sign-in links of this machine. Sourced by ./platform.

ROLES='author editor publisher moderator operator admin'

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

token() {
  local roles=${1:-} role claims key
  [[ $roles ]] || die "name a role: ${ROLES// /, }"
  for role in ${roles//,/ }; do [[ " $ROLES " == *" $role "* ]] || die "there is no role '$role': choose one of ${ROLES// /, }"; done
  make_keys
  key=$(openssl pkey -pubin -in "$PLATFORM_DATA/keys/token.pub.pem" -outform DER | sha256sum | cut -c1-16)
  claims=$(printf '{"alg":"RS256","typ":"JWT","kid":"%s"}' "$key" | base64url).$(jq -cjn --arg roles "$roles" --arg sub "${2:-$roles}" \
    --arg jti "$(openssl rand -hex 16)" \
    --argjson seconds "${PLATFORM_TOKEN_SECONDS:-43200}" \
    '(now | floor) as $now | {iss: "platform", aud: "platform", $sub, $jti,
      role: ($roles / "," | if length == 1 then .[0] else . end), iat: $now, exp: ($now + $seconds)}' | base64url)
  printf '%s.%s\n' "$claims" "$(printf %s "$claims" | openssl dgst -sha256 -sign "$PLATFORM_DATA/keys/token.pem" -binary | base64url)"
}

# The portal removes the file and uses the token in it. So a link works once, for anybody who has it, and the portal needs no signing key.
sign_in() { # [ROLE [NAME]]
  local folder=$PLATFORM_DATA/sign-in code
  private "$folder"
  find "$folder" -type f -mmin +15 -delete
  code=$(openssl rand -hex 24)
  (umask 077 && token "${1:-${ROLES// /,}}" "${2:-$(id -un)}" >"$folder/.$code")
  private "$folder" # and the new file with it
  mv "$folder/.$code" "$folder/$code"
  # Browsers do not send the part after '#', so the code appears in no log.
  echo "http://localhost:$PLATFORM_PORT/console/sign-in#$code"
}

revoke() { # revokes the token on standard input, for all processes
  local claims
  claims=$(cut -d. -f2 | tr '_-' '/+')
  while ((${#claims} % 4)); do claims+='='; done
  claims=$(openssl base64 -d -A <<<"$claims" | jq -er 'select(.jti | test("^[0-9a-zA-Z-]+$")) | "\(.jti) \(.exp)"' 2>/dev/null) ||
    die 'standard input is not a token with an id: send a token printed by ./platform token'
  private "$PLATFORM_DATA/ended"
  # The modification time is the expiry time of the token; the portal removes files of expired tokens.
  touch -d "@${claims#* }" "$PLATFORM_DATA/ended/${claims% *}"
  private "$PLATFORM_DATA/ended"
}
