#!/usr/bin/env bash
# Builds everything and runs every test. Other arguments go to each test run, for example
#   ./test.sh --filter-class '*RoutingTable*'
# Options:
# --crash-rounds N        Kills the program under load N times. Default: 30.
# --fuzz-seconds N        Sends malformed requests for N seconds. Default: 5.
# --power-loss-points N   Simulates N power losses. Default: 100.
# --power-loss-seed S     Chooses the moments of the power losses with this seed, to repeat a run.
# --damage all            Damages the data directory in every way instead of a few, and prints a table of the outcomes.
# Results are in TestResults/, one .trx file per test project.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDTERMINALLOGGER=off NO_COLOR=1

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
  exit 1
fi

# strace makes system calls of the program fail. faketime sets its clock. Commands in the documentation use curl and openssl.
missing=()
for tool in strace faketime curl openssl; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done

if ((${#missing[@]} > 0)); then
  as_root=()
  if ((EUID != 0)); then
    as_root=(sudo)
  fi

  echo "== Installing ${missing[*]}"
  if ! { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null; }; then
    echo "Cannot install ${missing[*]}. Install these tools yourself, then run this script again." >&2
    exit 1
  fi
fi

arguments=()
while (($# > 0)); do
  case $1 in
    --power-loss-points)
      export POWER_LOSS_POINTS=${2:?--power-loss-points takes a number}
      shift 2
      ;;
    --power-loss-seed)
      export POWER_LOSS_SEED=${2:?--power-loss-seed takes a number}
      shift 2
      ;;
    --crash-rounds)
      export CRASH_ROUNDS=${2:?--crash-rounds takes a number}
      shift 2
      ;;
    --fuzz-seconds)
      export FUZZ_SECONDS=${2:?--fuzz-seconds takes a number}
      shift 2
      ;;
    --damage)
      export DAMAGE=${2:?--damage takes the word all} DAMAGE_TABLE=$PWD/TestResults/damage.md
      shift 2
      ;;
    *)
      arguments+=("$1")
      shift
      ;;
  esac
done

# With a filter, a project may have no test to run (exit code 8). Without a filter that is a failure.
if ((${#arguments[@]} > 0)); then
  arguments+=(--ignore-exit-code 8)
fi

rm -rf TestResults

echo "== Build"
dotnet build EventGateway.slnx --verbosity quiet

# The emulators of AWS services, and clients in JavaScript. They are installed again only when the lock file has changed.
for lock in tests/Emulators/package-lock.json tests/Clients/*/package-lock.json; do
  directory=$(dirname "$lock")
  if ! cmp -s "$lock" "$directory/node_modules/.installed"; then
    echo
    echo "== $directory"
    if ! command -v npm >/dev/null; then
      echo "Node.js 20 with npm is needed for the tests against AWS emulators and clients in JavaScript." >&2
      exit 1
    fi

    npm ci --prefix "$directory" --ignore-scripts --no-audit --no-fund --loglevel error
    cp "$lock" "$directory/node_modules/.installed"
  fi
done

status=0
for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  echo
  echo "== $name"
  dotnet test --project "$project" --no-build --no-ansi \
    --results-directory "$PWD/TestResults" --report-xunit-trx --report-xunit-trx-filename "$name.trx" \
    ${arguments[@]+"${arguments[@]}"} || status=1
done

if [[ -n ${DAMAGE_TABLE:-} && -f $DAMAGE_TABLE ]]; then
  echo
  cat "$DAMAGE_TABLE"
fi

exit "$status"
