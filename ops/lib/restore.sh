# ./platform restore: restores all databases, or one, from a backup and the WAL archived after it. Sourced by ./platform.

restore_usage() {
  cat <<'TEXT'
usage: ./platform restore --from DIR [--at TIME] [--service NAME] [--yes]
  --from     the directory of ./platform backup --to, or one backup in it (DIR/base-...)
  --at       the time to return to, as `date -d` reads it: '2026-11-29 14:05', '14:05 UTC', '10 minutes ago'. Later changes are discarded.
             Without --at, everything that was archived is restored.
  --service  restores only the database of this service. The others continue; this service stops for seconds while its database is replaced.
  --yes      does not ask for confirmation
  Without --service, the platform is stopped, restored, and started with the settings of this shell, like ./platform up. The broker starts
  empty, and its queues are refilled from the events. Nothing is deleted: the last lines say where the old databases are kept. Afterwards
  each restored service sends its public events again, so that the others forget discarded events, and receives theirs again.
TEXT
}

restore() {
  local from='' at='' service='' yes='' backup archive target='' timeline=latest kept=before-restore-
  while (($#)); do
    case $1 in
      --from) from=${2:?--from needs a directory} && shift ;;
      --at) at=${2:?--at needs a time} && shift ;;
      --service) service=${2:?--service needs a name} && shift ;;
      --yes) yes=yes ;;
      -h | --help) restore_usage; return ;;
      *) restore_usage >&2; exit 2 ;;
    esac
    shift
  done
  [[ $from ]] || die 'the backup is missing: add --from DIR, the directory of ./platform backup'
  [[ -d $from ]] || die "there is no directory $from"
  from=$(realpath "$from")
  [[ ! $service || " $(with_store | grep -vx gateway | xargs) " == *" $service "* ]] ||
    die "there is no service '$service' to restore: choose one of $(with_store | grep -vx gateway | xargs)"
  need postgresql rabbitmq-server supervisor jq curl openssl
  if [[ $at ]]; then
    at=$(date -u -d "$at" +%FT%T.%6NZ 2>/dev/null) ||
      die "--at is not a time: use for example --at '2026-11-29 14:05' or --at '10 minutes ago'"
    (($(micros "$at") <= $(micros now))) || die "--at $at is in the future"
    target="${at%Z}+00"
  fi
  backup=$(choose "$from" "$at")
  archive=$(dirname "$backup")/wal
  [[ ! $at ]] || timeline=$(timeline_at "$archive" "$at")
  kept+=$(stamp)
  mkdir -p "$PLATFORM_DATA/logs"
  install_archive
  echo "restoring from $backup, finished at $(<"$backup/finished")"
  trap end_recovery EXIT
  trap 'exit 130' INT TERM HUP
  if [[ $service ]]; then restore_service; else restore_everything; fi
}

confirm() { # TEXT
  local answer=''
  echo "$1"
  [[ ! $yes ]] || return 0
  [[ -t 0 ]] || die 'nothing was changed: add --yes to continue without confirmation'
  read -rp 'Type yes to continue: ' answer
  [[ $answer == yes ]] || die 'nothing was changed'
}

restore_everything() {
  local folder=$PLATFORM_DATA/postgres was_running='' name
  confirm "All services are stopped and return to ${at:-the end of the archive}. Later changes are discarded."
  if running || [[ $(children) ]]; then
    was_running=yes
    down
  fi
  claim "$RECOVERY_PORT"
  step 'replaying the archive' recover "$folder.restored" on
  end_recovery
  # The messages of the broker belong to the discarded history.
  for name in postgres rabbitmq/data; do
    [[ ! -e $PLATFORM_DATA/$name ]] || mv "$PLATFORM_DATA/$name" "$PLATFORM_DATA/$name.$kept"
  done
  mv "$folder.restored" "$folder"
  if ! cmp -s "$backup/secrets" "$PLATFORM_DATA/secrets"; then
    [[ ! -e $PLATFORM_DATA/secrets ]] || mv "$PLATFORM_DATA/secrets" "$PLATFORM_DATA/secrets.$kept"
    cp -p "$backup/secrets" "$PLATFORM_DATA/secrets"
  fi
  [[ -e $PLATFORM_DATA/keys ]] || cp -rp "$backup/keys" "$PLATFORM_DATA/keys"
  restore_pictures
  touch "$PLATFORM_DATA/seeded"
  [[ ! $was_running ]] || PLATFORM_NO_BUILD=1
  up
  cat <<TEXT
restored: all services, as they were at ${REACHED:-$(<"$backup/finished")}
  kept: the previous data, as postgres.$kept and rabbitmq/data.$kept in $PLATFORM_DATA; remove both when you no longer need them
  next: ./platform verify, then ./platform backup (the restore began a new timeline)
TEXT
}

restore_service() {
  local role=${service//-/_} old last
  old=${role}_before_$(date -u +%Y%m%d%H%M%S)
  running || die 'not running: run ./platform up first, or restore everything, without --service'
  confirm "The service $service returns to ${at:-the end of the archive}. Its later changes are discarded. The other services continue."
  load_secrets
  [[ ! $archive -ef $PLATFORM_DATA/archive ]] || step 'archiving the latest changes' archive_now
  claim "$RECOVERY_PORT"
  step 'replaying the archive beside the running platform' recover "$PLATFORM_DATA/postgres.restored" off
  step "copying the database $role" copy_database "$role"
  end_recovery
  rm -rf "$PLATFORM_DATA/postgres.restored"
  last=$(last_event "$role" "${role}_restored")
  [[ $service != articles ]] || restore_pictures
  step 'replacing the current database' replace_database "$role" "$old"
  cat <<TEXT
restored: $service, as it was at ${REACHED:-$(<"$backup/finished")}
  discarded: its events after $last, up to $(last_event "$role" "$old")
  kept: the previous database, as $old; when you no longer need it, drop it, with POSTGRES_PASSWORD of $PLATFORM_DATA/secrets:
    psql 'host=127.0.0.1 port=$POSTGRES_PORT user=platform dbname=postgres' -c 'drop database $old'
  next: ./platform verify; the others forget the discarded events within a minute; GET /admin/$service/epochs and the console list them
TEXT
}

restore_pictures() { # copies the pictures that are missing here
  [[ -d $(dirname "$backup")/media ]] || return 0
  (umask 077 && copy_missing "$(dirname "$backup")/media" "$PLATFORM_DATA/media/files")
  private "$PLATFORM_DATA/media"
}

copy_database() { # ROLE: copies the database from the recovered server, beside the current one
  query "drop database if exists ${1}_restored"
  query "create database ${1}_restored owner $1"
  query "revoke all on database ${1}_restored from public"
  SERVER_PORT=$RECOVERY_PORT as_platform pg_dump -Fc -d "$1" |
    as_platform pg_restore --no-owner --role="$1" --exit-on-error -d "${1}_restored"
  query 'set client_min_messages = error; analyze' "${1}_restored"
}

replace_database() { # ROLE OLD-NAME: stops the replicas of the service while it renames the databases
  local mine failed=''
  mapfile -t mine < <(replicas | grep -E "^$service-[0-9]+$")
  ctl stop "${mine[@]}" >/dev/null
  query "select pg_terminate_backend(pid) from pg_stat_activity
    where datname = '$1' and usename in ('$1', 'platform') and pid <> pg_backend_pid()" >/dev/null
  query "alter database $1 rename to $2; alter database ${1}_restored rename to $1" || failed=yes
  ctl start "${mine[@]}" >/dev/null
  [[ ! $failed ]] || die "the database $1 could not be renamed (see above): $service continues with it unchanged"
  await "${mine[@]}"
}
