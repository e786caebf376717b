# ./platform chaos: breaks the running platform under load and reports what that did. Sourced by ./platform; the program is tests/Chaos.

chaos() {
  local program=$ROOT/tests/Chaos/bin/Release/net10.0/Chaos.dll
  [[ -f $program ]] || die "$program is missing: run ./platform up without PLATFORM_NO_BUILD"
  if [[ " $* " != *' --help '* && " $* " != *' -h '* ]]; then
    running || die 'not running: ./platform up first'
    alone chaos.lock
  fi
  # It starts ./platform itself, which must not send the seeds.
  PLATFORM_NO_SEED=1 exec dotnet "$program" "$@"
}
