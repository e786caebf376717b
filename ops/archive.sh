#!/usr/bin/env bash
# PostgreSQL runs this script as archive_command, to store a finished WAL file compressed, and as restore_command, to get it back.
#   put PATH NAME ARCHIVE    does nothing if there is no archive, because WAL without a backup is useless
#   get NAME PATH ARCHIVE
set -euo pipefail
umask 077
case ${1:-} in
  put)
    file=$4/$3.gz
    [[ -e $4 || -L $4 ]] || exit 0
    if [[ -e $file ]]; then
      # A server that crashes after it archived a file archives the file again.
      if gunzip -c "$file" | cmp -s - "$2"; then exit 0; fi
      echo "archive.sh: $file already exists with other content. It belongs to another PostgreSQL server:" \
        "choose another directory with ./platform backup --to DIR" >&2
      exit 1
    fi
    gzip -1c "$2" >"$file.new"
    sync "$file.new"
    # Each restore begins a timeline; ./platform restore --at needs the time at which it began.
    [[ $3 != *.history ]] || date -u +%s%6N >"$4/$3.since"
    mv "$file.new" "$file"
    sync "$4"
    ;;
  get)
    # PostgreSQL also requests files that may not exist.
    [[ -e $4/$2.gz ]] || exit 1
    gunzip -c "$4/$2.gz" >"$3"
    ;;
  *) sed -n '2,/^set/{/^#/p}' "$0" >&2 && exit 2 ;;
esac
