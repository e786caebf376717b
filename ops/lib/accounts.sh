# Users of the machine, keys, passwords, and accounts at PostgreSQL and RabbitMQ. Sourced by ./platform.

as() { # USER COMMAND...
  if [[ $1 == "$OWNER" ]]; then "${@:2}"; else runuser -u "$1" -- "${@:2}"; fi
}

enterable() { # USER...
  local user
  for user; do as "$user" test -x "$PLATFORM_DATA" || die "user $user cannot enter $PLATFORM_DATA: choose another PLATFORM_DATA"; done
}

need_user() { # creates the account of services and gateways if it is missing: no password, no home, no shell
  id "$SERVICES_USER" &>/dev/null ||
    step "adding the user $SERVICES_USER" \
      useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$SERVICES_USER"
  as "$SERVICES_USER" test -x "$(readlink -f "$(command -v dotnet)")" ||
    die "user $SERVICES_USER cannot run dotnet: install the .NET SDK for all users, or do not start ./platform as root"
}

private() { # FOLDER: creates it if it is missing; only services and gateways may enter it
  [[ -d $1 ]] || (umask 077 && mkdir -p "$1")
  [[ $SERVICES_USER == "$OWNER" ]] || chown -R "$SERVICES_USER:" "$1"
}

make_keys() {
  local keys=$PLATFORM_DATA/keys
  [[ ! -f $keys/token.pub.pem ]] || return 0
  mkdir -p "$keys"
  (umask 077 && openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$keys/token.pem")
  openssl pkey -in "$keys/token.pem" -pubout -out "$keys/token.pub.pem"
}

secret() { # NAME: prints the name of the variable with its password, here and in ops/access.sh
  local variable=${1^^}_PASSWORD
  echo "${variable//-/_}"
}

with_store() { # prints the services with accounts at PostgreSQL and RabbitMQ, and gateway: all but the portal
  local name
  for name in $(services) gateway; do [[ $name == portal ]] || echo "$name"; done
}

load_secrets() {
  local file=$PLATFORM_DATA/secrets name
  (umask 077 && touch "$file")
  for name in postgres rabbitmq $(with_store); do
    grep -q "^$(secret "$name")=" "$file" || echo "$(secret "$name")=$(openssl rand -hex 24)" >>"$file"
  done
  grep -q '^PERSON_KEY=' "$file" || echo "PERSON_KEY=$(openssl rand -hex 32)" >>"$file"
  # shellcheck source=/dev/null
  source "$file"
  local version='*'
  [[ ! -f $PLATFORM_DATA/postgres/PG_VERSION ]] || version=$(<"$PLATFORM_DATA/postgres/PG_VERSION")
  # shellcheck disable=SC2086
  POSTGRES_BIN=$(printf '%s\n' /usr/lib/postgresql/$version/bin | sort -V | tail -n 1)
  [[ -x $POSTGRES_BIN/postgres ]] || die "there is no PostgreSQL in $POSTGRES_BIN: install the version that created $PLATFORM_DATA/postgres"
  export POSTGRES_BIN
}

# True if the cluster was created before each service had its own role: all services use the role platform until ./platform down.
one_role_for_all() { ! grep -q '^host all all' "$PLATFORM_DATA/postgres/pg_hba.conf"; }

make_accounts() {
  one_role_for_all || with_accounts databases
  with_accounts broker
}

with_accounts() (# VERB: runs ops/access.sh for all accounts, in a subshell whose environment contains the passwords
  mapfile -t names < <(with_store)
  for name in "${names[@]}"; do export "$(secret "$name")"; done
  export BROKER_PASSWORD=$RABBITMQ_PASSWORD BROKER_URL=http://127.0.0.1:$RABBITMQ_MANAGEMENT_PORT
  export PGHOST=127.0.0.1 PGPORT=$POSTGRES_PORT PGUSER=platform PGPASSWORD=$POSTGRES_PASSWORD PATH=$POSTGRES_BIN:$PATH
  "$ROOT/ops/access.sh" "$1" "${names[@]}"
)
