# What must be installed, and how the code is built. Sourced by ./platform.

need() { # PACKAGE...
  local missing=() package
  for package; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || die "apt-get is missing: use Debian or Ubuntu, or docker-compose.yml"
  ((EUID == 0)) || command -v sudo >/dev/null || die "sudo is missing: as root, run: apt-get install ${missing[*]}"
  step "installing ${missing[*]}" install_packages "${missing[@]}"
}

# The packages would start system-wide servers. policy-rc.d is Debian's way to prevent that.
install_packages() {
  local as_root=()
  ((EUID == 0)) || as_root=(sudo)
  "${as_root[@]}" bash -euc '
    if [[ ! -e /usr/sbin/policy-rc.d ]]; then
      trap "rm -f /usr/sbin/policy-rc.d" EXIT
      printf "#!/bin/sh\nexit 101\n" >/usr/sbin/policy-rc.d
      chmod +x /usr/sbin/policy-rc.d
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq --no-install-recommends "$@" >/dev/null' - "$@" </dev/null
}

need_sdk() {
  [[ $(cd "$ROOT" && dotnet --version 2>/dev/null) == 10.* ]] ||
    die 'the .NET 10 SDK is missing: see https://dotnet.microsoft.com/download/dotnet/10.0 (on Ubuntu: apt install dotnet-sdk-10.0)'
}

build() {
  (cd "$ROOT" && dotnet msbuild Platform.sln -restore -p:RestoreLockedMode=true -p:Configuration=Release -nologo -verbosity:quiet \
    -clp:ErrorsOnly -nodeReuse:false) 9>&-
  precompile
}
