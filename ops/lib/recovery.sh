# Chooses the backup and the timeline for a time, and runs the server that replays the archive up to it. Sourced by ./platform for restore.

micros() { date -u -d "$1" +%s%6N; }

choose() { # FROM AT: prints the newest backup that was complete at that time
  local base all chosen=''
  if [[ -e $1/finished ]]; then all=("$1"); else mapfile -t all < <(bases "$1"); fi
  ((${#all[@]})) || die "there is no complete backup in $1: there is no base-*/finished"
  for base in "${all[@]}"; do
    [[ $2 && $(micros "$(<"$base/finished")") -gt $(micros "$2") ]] || chosen=$base
  done
  [[ $chosen ]] || die "no backup in $1 was complete at $2: the oldest was finished at $(<"${all[0]}/finished")"
  echo "$chosen"
}

timeline_at() { # ARCHIVE AT: prints the timeline that was in use at that time; each restore begins a new one
  local since found=current
  for since in "$1"/*.history.since; do
    if [[ -e $since && $(<"$since") -le $(micros "$2") ]]; then found=0x$(basename "$since" .history.since); fi
  done
  echo "$found"
}

# A separate server on a separate port replays the archive up to that time. Nothing else connects to it.
RECOVERING=
UNCHANGED='Nothing was replaced: if the platform is stopped, ./platform up starts it with the data that it had'
recover() { # CLUSTER ARCHIVE-MODE: recovers a cluster from $backup and $archive, up to $target on $timeline
  local log=$PLATFORM_DATA/logs/restore.log process options=()
  POSTGRES_BIN=/usr/lib/postgresql/$(<"$backup/postgres/PG_VERSION")/bin
  [[ -x $POSTGRES_BIN/postgres ]] || die "the backup needs PostgreSQL in $POSTGRES_BIN, which is not installed"
  rm -rf "$1"
  cp -a "$backup/postgres" "$1"
  touch "$1/recovery.signal"
  chmod 700 "$1"
  chown -R "$POSTGRES_USER" "$1"
  options=(-D "$1" -p "$RECOVERY_PORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c hot_standby=off -c timezone=UTC
    -c "restore_command=bash $PLATFORM_DATA/archive.sh get %f %p $archive" -c recovery_target_timeline="$timeline"
    -c recovery_target_action=promote -c archive_mode="$2"
    -c "archive_command=bash $PLATFORM_DATA/archive.sh put %p %f $PLATFORM_DATA/archive")
  [[ ! $target ]] || options+=(-c "recovery_target_time=$target")
  RECOVERING=$1
  (cd / && exec 9>&- && as "$POSTGRES_USER" "$POSTGRES_BIN/postgres" "${options[@]}") >"$log" 2>&1 &
  process=$!
  # The server accepts no connections before it has reached its target.
  until "$POSTGRES_BIN/pg_isready" -q -h 127.0.0.1 -p "$RECOVERY_PORT" -d postgres; do
    if ! kill -0 $process 2>/dev/null; then
      RECOVERING=
      reached "$log"
      ! grep -q 'before configured recovery target was reached' "$log" ||
        die "the archive ends before $at, at ${REACHED:-the end of the backup}; omit --at to restore all of it. $UNCHANGED"
      die "PostgreSQL could not replay the archive: see $log. $UNCHANGED"
    fi
    sleep 0.2
  done
  reached "$log"
}

reached() { # LOG: sets REACHED to the time of the last recovered transaction
  REACHED=$(sed -nE 's/.*last completed transaction was at log time //p' "$1" | tail -n 1)
}

end_recovery() {
  [[ ! $RECOVERING || ! -e $RECOVERING/postmaster.pid ]] ||
    (cd / && as "$POSTGRES_USER" "$POSTGRES_BIN/pg_ctl" -D "$RECOVERING" -m fast -w -t 600 stop >/dev/null)
  RECOVERING=
}
