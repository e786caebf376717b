#!/usr/bin/env bash
# Gives every service an account of its own at PostgreSQL and at RabbitMQ, with the rights that it needs and no others.
# Safe to repeat. `./platform up` and docker-compose.yml run it before the first service starts.
#   databases NAME...   creates a role, and a database that only this role may enter, both named like the service. PGHOST, PGPORT, PGUSER
#                       and PGPASSWORD name an account that may create them.
#   broker NAME...      creates a user without access to the management interface, and the policy that messages are not dropped because
#                       they were returned too often. BROKER_URL is the address of the management interface, BROKER_PASSWORD the
#                       password of its administrator, the user platform.
#   definitions NAME... prints the same users, and the administrator, for RabbitMQ to load when it starts (BROKER_PASSWORD).
# The password of NAME is in the environment: CURRENCY_RATES_PASSWORD for currency-rates. No password is ever on a command line.
set -euo pipefail

password() { # NAME
  local variable=${1^^}_PASSWORD
  variable=${variable//-/_}
  [[ ${!variable:-} =~ ^[A-Za-z0-9]{16,}$ ]] || { echo "$variable must consist of at least 16 letters and digits" >&2; exit 1; }
  echo "${!variable}"
}

databases() {
  local name role secret
  export PGOPTIONS='-c client_min_messages=warning' PGTZ=UTC
  for name; do
    role=${name//-/_} secret=$(password "$name")
    # The role may see other sessions, because health reports name the session that holds events back.
    cat <<SQL
SELECT 'CREATE ROLE $role' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$role') \gexec
ALTER ROLE $role LOGIN PASSWORD '$secret';
GRANT pg_read_all_stats TO $role;
SELECT 'GRANT $role TO ' || quote_ident(current_user) WHERE NOT pg_has_role('$role', 'MEMBER') \gexec
SELECT 'CREATE DATABASE $role OWNER $role' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$role') \gexec
REVOKE ALL ON DATABASE $role FROM PUBLIC;
SQL
  done | psql -qX -v ON_ERROR_STOP=1 -d postgres
  for name; do
    role=${name//-/_}
    if [[ $(psql -qXAt -d postgres -c "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '$role'") != "$role" ]]; then
      hand_over "$role"
    fi
  done
}

# An earlier version had one account for all services. The service becomes the owner of everything that account created in its database.
# REASSIGN OWNED does not work for an account that initdb created.
hand_over() { # ROLE
  psql -qX -v ON_ERROR_STOP=1 -d "$1" <<SQL
SELECT format('ALTER SCHEMA %I OWNER TO $1', nspname) FROM pg_namespace
  WHERE nspowner = current_user::regrole AND nspname !~ '^(pg_|information_schema$|public$)' \gexec
SELECT format('ALTER %s %s OWNER TO $1', CASE WHEN relkind = 'c' THEN 'TYPE' ELSE 'TABLE' END, c.oid::regclass) FROM pg_class c
  JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relowner = current_user::regrole AND nspname !~ '^(pg_|information_schema$)' AND relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')
    AND NOT (relkind = 'S' AND EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i'))) \gexec
SELECT format('ALTER ROUTINE %s OWNER TO $1', p.oid::regprocedure) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
  WHERE proowner = current_user::regrole AND nspname !~ '^(pg_|information_schema$)' \gexec
ALTER DATABASE $1 OWNER TO $1;
SQL
}

# The names of a service's exchanges and queues begin with its name, and each public event has an exchange named after its type. A service
# may declare the exchanges of the events that it listens to, because it may start before the service that publishes them. A replay
# publishes to the queue of a consumer in another service (NAME-when-EVENT, gateway-live).
rights() { # NAME: prints {"configure", "write", "read"}
  local own="$1(-.*)?" publishes consumers='.*-when-[a-z-]+|gateway-live'
  publishes="Platform\\.Contracts\\.$(sed -E 's/(^|-)(.)/\U\2/g' <<<"$1"):.*"
  publishes+="|Platform\\.Contracts:EventBatch--$publishes"
  # The queue of a gateway is named after the machine and the process, and is deleted with the process. Gateways also publish to each other.
  [[ $1 != gateway ]] || own+='|.*_gateway_.*|MassTransit:Fault.*|Gateway:.*'
  jq -n --arg own "$own" --arg publishes "$publishes" --arg consumers "$consumers" '{
    configure: "^(\($own)|Platform\\.Contracts[.:].*|\($consumers))$",
    write: "^(amq\\.default|\($own)|\($publishes)|\($consumers))$",
    read: "^(\($own)|Platform\\.Contracts[.:].*)$"}'
}

broker() {
  local name body version
  request() { # PATH: prints one request as curl configuration
    printf '%s\n' silent show-error fail retry-connrefused 'retry = 5' 'noproxy = "*"'
    printf 'user = "platform:%s"\nurl = "%s/api/%s"\n' "$BROKER_PASSWORD" "$BROKER_URL" "$1"
  }
  put() { # PATH BODY: prints one of several PUT requests
    printf '%s\n' next 'output = /dev/null' 'request = PUT'
    request "$1"
    printf 'header = "Content-Type: application/json"\ndata-raw = %s\n' "$(jq -Rs . <<<"$2")"
  }
  version=$(request overview | curl --config - | jq -r .rabbitmq_version)
  {
    # RabbitMQ 4 drops a message that was returned 20 times. Earlier versions have no such limit and refuse this policy.
    ((${version%%.*} < 4)) || put policies/%2F/keep-returned-messages \
      '{"pattern": ".*", "apply-to": "quorum_queues", "definition": {"delivery-limit": -1}}'
    for name; do
      body=$(password "$name" | jq -R '{password: ., tags: ""}')
      put "users/$name" "$body"
      put "permissions/%2F/$name" "$(rights "$name")"
    done
  } | tail -n +2 | curl --config -
}

definitions() {
  local name
  {
    jq -n '{users: [{name: "platform", password: env.BROKER_PASSWORD, tags: "administrator"}],
      permissions: [{user: "platform", vhost: "/", configure: ".*", write: ".*", read: ".*"}]}'
    for name; do
      password "$name" | jq -R --arg name "$name" --argjson rights "$(rights "$name")" \
        '{users: [{name: $name, password: ., tags: ""}], permissions: [$rights + {user: $name, vhost: "/"}]}'
    done
  } | jq -s '{vhosts: [{name: "/"}], users: map(.users[]), permissions: map(.permissions[])}'
}

case ${1:-} in
  databases | broker | definitions) "$@" ;;
  *) sed -n '2,/^set/{/^#/p}' "$0" >&2 && exit 2 ;;
esac
