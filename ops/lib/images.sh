# Assemblies compiled ahead of time. Sourced by ./platform.
# A process that starts compiles thousands of methods, most of them of libraries, while the machine that waits for it is busy. So every
# assembly of the services and the gateway is compiled once, to obj/ready-to-run/HASH.dll, and releases contain links to these images: equal
# assemblies are one file, whose pages all processes share (docs/decisions/0125).

IMAGES=$ROOT/obj/ready-to-run

precompile() {
  local built image compiler frameworks assemblies
  mkdir -p "$IMAGES"
  built=$(built_assemblies)
  for image in "$IMAGES"/*.dll; do # releases keep their own links
    grep -q "^$(basename "$image" .dll) " <<<"$built" || rm -f "$image"
  done
  mapfile -t assemblies < <(missing_images <<<"$built")
  ((${#assemblies[@]})) || return 0
  compiler=$(find_compiler) || return 0
  frameworks=$(dotnet --list-runtimes |
    awk '$2 ~ /^10\./ { gsub(/[][]/, ""); latest[$1] = $3 "/" $2 } END { for (n in latest) print latest[n] }')
  # shellcheck disable=SC2016 # the inner shell expands them
  printf '%s\0' "${assemblies[@]}" | xargs -0 -P "$(nproc)" -n 2 bash -euc '
    image=$0/$3 references=()
    for folder in $2 "$(dirname "$4")"; do references+=(-r "$folder/*.dll"); done
    if "$1" "$4" -o "$image.new" "${references[@]}" --targetos linux -O >"$image.log" 2>&1; then mv "$image.new" "$image.dll"; else
      cp "$4" "$image.dll" # it runs as it is
    fi
    rm -f "$image.log"' "$IMAGES" "$compiler" "$frameworks"
}

built_assemblies() { # prints HASH and path of each assembly of the last build, equal ones once
  local project
  for project in $(projects); do find "$ROOT/$project/bin/Release/net10.0" -maxdepth 1 -name '*.dll' -print0; done |
    xargs -0 -r sha256sum | sort -u -k1,1
}

missing_images() { # <BUILT: prints HASH and path, on lines of their own, of each assembly that has no image
  local hash assembly
  while read -r hash assembly; do
    [[ -e $IMAGES/$hash.dll ]] || printf '%s\n%s\n' "$hash" "$assembly"
  done
}

find_compiler() { # prints its path; fails if there is none for this machine
  local platform version compiler
  platform=linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
  version=$(dotnet msbuild "$ROOT/ops/ReadyToRun.csproj" -nologo -nodeReuse:false -getProperty:BundledNETCoreAppPackageVersion)
  compiler=$(dotnet nuget locals global-packages -l | sed 's/^[^:]*: //')/microsoft.netcore.app.crossgen2.$platform/$version/tools/crossgen2
  if [[ ! -x $compiler ]] && ! dotnet restore "$ROOT/ops/ReadyToRun.csproj" -p:Platform="$platform" -v q >&2; then
    echo "  the assemblies are not compiled ahead of time: there is no compiler for $platform; processes start more slowly" >&2
    return 1
  fi
  chmod +x "$compiler"
  echo "$compiler"
}

link_images() { # FOLDER: replaces its assemblies by their images
  local hash assembly
  find "$1" -maxdepth 1 -name '*.dll' -print0 | xargs -0 -r sha256sum | while read -r hash assembly; do
    [[ ! -e $IMAGES/$hash.dll ]] || ln -f "$IMAGES/$hash.dll" "$assembly" 2>/dev/null || cp "$IMAGES/$hash.dll" "$assembly"
  done
}
