# The builds that processes run from. Sourced by ./platform.
# The build of each project is copied to PLATFORM_DATA/releases/PROJECT/BUILD, so that a new build does not affect running processes, and
# the previous build can run again. A release is a file with lines of PROJECT, FOLDER, BUILD: releases/current, ready (the last release that
# became ready) and previous.

TAB=$'\t'

projects() { # prints the folders below ROOT that contain a program
  local name
  echo gateway
  for name in $(services); do echo "${FOLDER[$name]}"; done
}

keep() { # PROJECT FOLDER BUILD: makes a copy that never changes; prints its line of a release
  local copy=$PLATFORM_DATA/releases/$1/$3 manifest folders=() n
  if [[ ! -d $copy ]]; then
    mkdir -p "${copy%/*}"
    rm -rf "$copy.new"
    cp -r "$2" "$copy.new"
    # The static files are in other folders, in the clone and in packages. The manifest names these folders.
    manifest=$(find "$copy.new" -maxdepth 1 -name '*.staticwebassets.runtime.json')
    if [[ $manifest ]]; then
      mapfile -t folders < <(jq -r '.ContentRoots[]' "$manifest")
      rm -rf "$copy.new/files"
      for n in "${!folders[@]}"; do
        mkdir -p "$copy.new/files/$n"
        [[ ! -d ${folders[n]} ]] || cp -r "${folders[n]}/." "$copy.new/files/$n"
      done
      jq --arg copy "$copy" '.ContentRoots |= (keys | map("\($copy)/files/\(.)/"))' "$manifest" >"$copy.new/manifest"
      mv "$copy.new/manifest" "$manifest"
    fi
    link_images "$copy.new"
    chmod -R go+rX "$copy.new"
    mv "$copy.new" "$copy"
  fi
  printf '%s\t%s\t%s\n' "$1" "$copy" "$3"
}

# Creates the release of processes that were started before releases existed, so that a rollback to it is possible.
adopt() {
  local releases=$PLATFORM_DATA/releases name folder build project
  [[ ! -e $releases/current && -s $PLATFORM_DATA/services.conf ]] || return 0
  mkdir -p "$releases"
  awk '/^\[program:/ { name = substr($0, 10, length($0) - 10) } /^directory=/ { folder = substr($0, 11) }
    match($0, /PLATFORM_BUILD="[0-9]+"/) { print name "\t" folder "\t" substr($0, RSTART + 16, RLENGTH - 17) }' \
    "$PLATFORM_DATA/services.conf" |
    while IFS=$TAB read -r name folder build; do
      project=gateway
      [[ $name == gateway* ]] || project=${FOLDER[${name%-*}]:-missing}
      if [[ ! -d $ROOT/$project ]] || grep -q "^$project$TAB" "$releases/new" 2>/dev/null; then continue; fi
      keep "$project" "$folder" "$build" >>"$releases/new"
    done
  if [[ -e $releases/new ]]; then
    sort -o "$releases/new" "$releases/new"
    cp "$releases/new" "$releases/ready"
    mv "$releases/new" "$releases/current"
  fi
}

new_release() { # makes the build the current release, and the last release that was ready the previous one
  local releases=$PLATFORM_DATA/releases release project bin dll
  mkdir -p "$releases"
  for release in current ready previous; do # those of earlier versions name the former folder of the portal
    [[ ! -e $releases/$release ]] || sed -i "s#^services/Portal$TAB#portal$TAB#" "$releases/$release"
  done
  for project in $(projects); do
    bin=$ROOT/$project/bin/Release/net10.0 dll=$(basename "$ROOT/$project"/*.csproj .csproj).dll
    [[ -f $bin/$dll ]] || die "$bin/$dll is missing: run ./platform up without PLATFORM_NO_BUILD"
    # The build number changes if the files change.
    keep "$project" "$bin" "$(find "$bin" -type f -printf '%P %s %T@\n' | sort | cksum | cut -d' ' -f1)"
  done | sort >"$releases/new"
  if [[ -e $releases/ready ]] && ! cmp -s "$releases/new" "$releases/ready"; then cp "$releases/ready" "$releases/previous"; fi
  rm -f "$releases/is-rolled-back"
  mv "$releases/new" "$releases/current"
}

release_is_ready() { # marks the current release as ready and removes folders that no release names
  local releases=$PLATFORM_DATA/releases build
  cp "$releases/current" "$releases/ready"
  for build in "$releases"/{gateway,portal}/* "$releases"/services/*/*; do
    grep -qsF "$TAB$build$TAB" "$releases/current" "$releases/previous" || rm -rf "$build"
  done
  rm -rf "$PLATFORM_DATA/programs" # earlier versions kept their copies there
}

rollback() { # runs the previous release, as ./platform up would start it; a second rollback goes forward again
  local releases=$PLATFORM_DATA/releases back=back
  running || die 'not running: ./platform up first'
  [[ -e $releases/previous ]] || die 'there is no previous build: check out the revision you want, and run ./platform up'
  load_secrets
  mv "$releases/current" "$releases/rolled-back"
  mv "$releases/previous" "$releases/current"
  mv "$releases/rolled-back" "$releases/previous"
  write_programs
  # The second rollback goes forward again.
  if [[ -e $releases/is-rolled-back ]]; then back='' && rm "$releases/is-rolled-back"; else touch "$releases/is-rolled-back"; fi
  step 'changing to the previous build' reconcile $back
  release_is_ready
}
