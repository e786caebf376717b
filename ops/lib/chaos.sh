# ./platform chaos: injects faults into the running platform under load and reports the effects. Sourced by ./platform. The program is
# tests/Chaos.

chaos() {
  local program=$ROOT/tests/Chaos/bin/Release/net10.0/Chaos.dll
  [[ -f $program ]] || die "$program is missing: run ./platform up without PLATFORM_NO_BUILD"
  if [[ " $* " != *' --help '* && " $* " != *' -h '* ]]; then
    running || die 'not running: ./platform up first'
    alone chaos.lock
  fi
  # The program runs ./platform, which must not send the seed data.
  PLATFORM_NO_SEED=1 exec dotnet "$program" "$@"
}
