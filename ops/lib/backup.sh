# ./platform backup: pg_basebackup copies all databases while they are in use. From then on ops/archive.sh archives the WAL beside the copy.
# Sourced by ./platform.

backup_usage() {
  cat <<'TEXT'
usage: ./platform backup [--to DIR] [--keep N]
  Copies the databases of all services to DIR/base-TIME while they are in use, and checks the copy. After the first backup, PostgreSQL
  also archives all changes in DIR/wal within a minute, so that ./platform restore can return to any later time. The pictures of the media
  library are copied to DIR/media.
  --to    the directory (PLATFORM_DATA/backups); choose one on another disk. The archive continues in the directory of the last backup.
  --keep  the number of backups to keep in DIR (7); older ones are removed, with the WAL that only they need
  A backup contains everything, including passwords and keys: protect DIR like PLATFORM_DATA.
TEXT
}

backup() {
  local progress=() to=$PLATFORM_DATA/backups keep=7 name new
  while (($#)); do
    case $1 in
      --to) to=$(realpath -m "${2:?--to needs a directory}") ;;
      --keep) keep=${2:?--keep needs a number} ;;
      -h | --help) backup_usage; return ;;
      *) backup_usage >&2; exit 2 ;;
    esac
    shift 2
  done
  [[ $to =~ ^[A-Za-z0-9/._+@-]+$ ]] || die "--to $to: use only letters, digits and / . _ + @ -"
  [[ $keep =~ ^[1-9][0-9]*$ ]] || die "--keep $keep is not a number of backups: use 1 or more"
  running || die 'not running: ./platform up first'
  load_secrets
  { [[ $(query 'show archive_mode') == on ]] && may_replicate; } ||
    die 'an earlier version started this PostgreSQL: run ./platform down and ./platform up, then repeat the backup'
  own_folder "$to"
  own_folder "$to/wal"
  rm -rf "$to"/.base-* # left by interrupted backups
  name=base-$(stamp) new=$to/.$name
  mkdir -m 700 "$new"
  chown "$POSTGRES_USER" "$new"
  archive_to "$to/wal"
  [[ ! -t 2 ]] || progress=(--progress)
  step 'copying all databases' as_platform pg_basebackup "${progress[@]}" -D "$new/postgres" -X stream -c fast -w
  date -u +%FT%T.%6NZ >"$new/finished"
  cp -rp "$PLATFORM_DATA/secrets" "$PLATFORM_DATA/keys" "$new"
  # After the databases, so that every picture that they name is copied. A stored picture never changes, so each is copied once.
  [[ ! -d $PLATFORM_DATA/media/files ]] || step 'copying new pictures' copy_missing "$PLATFORM_DATA/media/files" "$to/media"
  step 'checking the copy against its manifest' as_platform pg_verifybackup -q "$new/postgres"
  step 'waiting until the WAL is archived' archive_now
  mv "$new" "$to/$name"
  prune "$to" "$keep"
  echo "backup: $to/$name"
  echo "  kept: $(bases "$to" | xargs -n 1 basename | xargs)"
  echo "  to go back to it: ./platform restore --from $to"
}

copy_missing() { # FROM TO: copies the files that TO does not have
  mkdir -p "$2"
  cp -Rnp "$1/." "$2"
}

stamp() { date -u +%Y%m%dT%H%M%SZ; }

as_platform() { # COMMAND...: runs a PostgreSQL client as the administrators' role; the password is on no command line
  (
    cd / # the user may be unable to enter the current directory
    export PGPASSWORD=$POSTGRES_PASSWORD PGHOST=127.0.0.1 PGPORT=${SERVER_PORT:-$POSTGRES_PORT} PGUSER=platform
    export PGOPTIONS='-c client_min_messages=warning'
    as "$POSTGRES_USER" "$POSTGRES_BIN/$1" "${@:2}"
  )
}

query() { # SQL [DATABASE]
  as_platform psql -qXAt -v ON_ERROR_STOP=1 -d "${2:-postgres}" -c "$1"
}

last_event() { # SCHEMA DATABASE
  query "select coalesce(max(seq_id), 0) from $1.mt_events" "$2"
}

may_replicate() { grep -q '^host replication platform' "$PLATFORM_DATA/postgres/pg_hba.conf"; }

own_folder() { # FOLDER: creates it if it is missing; only PostgreSQL's user may enter it
  if [[ ! -d $1 ]]; then
    mkdir -p "$1"
    chmod 700 "$1"
    chown "$POSTGRES_USER" "$1"
  fi
  as "$POSTGRES_USER" test -w "$1" -a -x "$1" ||
    die "user $POSTGRES_USER cannot write to $1: make that user its owner, or choose another directory"
}

archive_to() { # FOLDER: sets the link that archive_command follows
  ln -sfn "$1" "$PLATFORM_DATA/archive.new"
  mv -T "$PLATFORM_DATA/archive.new" "$PLATFORM_DATA/archive"
}

archive_now() { # waits until everything that was committed so far is in the archive
  local file end=$((SECONDS + ${PLATFORM_WAIT:-90}))
  # This writes a transaction: pg_switch_wal does nothing if there is no new WAL.
  query 'select pg_current_xact_id()' >/dev/null
  file=$(query 'select pg_walfile_name(pg_switch_wal())')
  until [[ -e $PLATFORM_DATA/archive/$file.gz ]]; do
    ((SECONDS < end)) ||
      die "no WAL arrives in $(readlink "$PLATFORM_DATA/archive"): see the end of $PLATFORM_DATA/logs/postgres.log"
    sleep 0.2
  done
}

bases() { # FOLDER: prints its complete backups, oldest first
  local finished
  for finished in "$1"/base-*/finished; do [[ ! -e $finished ]] || dirname "$finished"; done
}

prune() { # FOLDER N: keeps the newest N backups and the WAL that they need
  local kept oldest
  mapfile -t kept < <(bases "$1")
  while ((${#kept[@]} > $2)); do
    rm -rf "${kept[0]}"
    kept=("${kept[@]:1}")
  done
  oldest=$(sed -nE 's/^START WAL LOCATION: .* \(file ([0-9A-F]+)\)$/\1/p' "${kept[0]}/postgres/backup_label")
  as_platform pg_archivecleanup -x .gz "$1/wal" "$oldest"
}
