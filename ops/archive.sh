#!/usr/bin/env bash
# PostgreSQL runs it: as archive_command to keep a finished WAL file, compressed, and as restore_command to get it back.
#   put PATH NAME ARCHIVE    does nothing while there is no archive: WAL without a backup restores nothing
#   get NAME PATH ARCHIVE
set -euo pipefail
umask 077
case ${1:-} in
  put)
    file=$4/$3.gz
    [[ -e $4 || -L $4 ]] || exit 0
    if [[ -e $file ]]; then
      # A server that crashed after it had archived a file archives it again.
      if gunzip -c "$file" | cmp -s - "$2"; then exit 0; fi
      echo "archive.sh: $file is there already, with other content. It belongs to another PostgreSQL:" \
        "choose another directory with ./platform backup --to DIR" >&2
      exit 1
    fi
    gzip -1c "$2" >"$file.new"
    sync "$file.new"
    # A timeline begins with each restore; ./platform restore --at needs to know when.
    [[ $3 != *.history ]] || date -u +%s%6N >"$4/$3.since"
    mv "$file.new" "$file"
    sync "$4"
    ;;
  get)
    # PostgreSQL also asks for files that may not be there.
    [[ -e $4/$2.gz ]] || exit 1
    gunzip -c "$4/$2.gz" >"$3"
    ;;
  *) sed -n '2,/^set/{/^#/p}' "$0" >&2 && exit 2 ;;
esac
