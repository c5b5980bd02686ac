#!/usr/bin/env bash
# Builds the image from the unchanged Dockerfile and proves that it works, without a Docker engine: buildah builds,
# runc runs. Where the base image cannot be pulled, a stand-in for it is as good: Debian by debootstrap, the Node binary
# of this project's optional dependency, npm from the registry. Leaves nothing behind but the base image's cache.
#
#   docker/build-and-check.sh     on Linux (x64 or arm64), as root, with npm; missing tools come from Debian's packages
#
# Settings, for networks that need them; none is set by default:
#   IMAGE_CACHE_DIR      where the base image is kept (else amocrm-steps-image in XDG_CACHE_HOME or ~/.cache)
#   IMAGE_DEBIAN_MIRROR  the mirror that debootstrap takes Debian from (else its own default)
#   IMAGE_CERTS_DIR      a directory seen as /etc/ssl/certs while the image installs its packages; not in the image
#   IMAGE_NPMRC          a file seen as npm's global configuration meanwhile; not in the image either
#
# Ends with a line "image ok: …" and 0, with 77 where this machine cannot do it, with another code where a check fails.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${IMAGE_CACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/amocrm-steps-image}
mirror=${IMAGE_DEBIAN_MIRROR:-}
suite=bookworm
most_megabytes=200
image=localhost/amocrm-steps:check
api_key='image-check-not-a-secret'
sandbox_token='image-check-sandbox-token'
export BUILDAH_ISOLATION=chroot DEBIAN_FRONTEND=noninteractive

main() {
  require_machine
  work=$(mktemp -d)
  trap clean_up EXIT
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9 # one run at a time in one cache
  install_tools
  find_node
  build_base
  build_image
  check_image
  check_size
}

say() { printf '%s\n' "$*"; }
step() { printf '== %s (%ss)\n' "$*" "$SECONDS"; }
fail() { say "image check failed: $*" >&2; exit 1; }
cannot() { say "image check not possible here: $*" >&2; exit 77; }

require_machine() {
  [ "$(uname -s)" = Linux ] || cannot 'it needs Linux'
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) cannot "there is no Node binary package for $(uname -m)" ;;
  esac
  [ "$(id -u)" = 0 ] || cannot 'it needs root'
  unshare --mount --pid --net --fork true 2>/dev/null || cannot 'making namespaces is not allowed'
  command -v npm >/dev/null || cannot 'it needs npm'
}

install_tools() {
  local tool missing=()
  for tool in buildah runc debootstrap; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || cannot "${missing[*]} missing, and no apt-get to install them"
  step "installing ${missing[*]}"
  apt-get update -qq
  apt-get install -qq -y --no-install-recommends "${missing[@]}" >"$work/apt.log" 2>&1 ||
    { cat "$work/apt.log" >&2; cannot "${missing[*]} could not be installed"; }
}

in_storage() { buildah --root "$cache/storage" --runroot "$work/run" "$@"; }

# Sets node and node_version: the binary for the base image, also used by this script itself.
find_node() {
  local package=node-linux-$arch
  node_version=$(sed -n "s/.*\"$package\": \"\([0-9.]*\)\".*/\1/p" "$root/package.json")
  [ -n "$node_version" ] || fail "package.json does not name a version of $package"
  node=$root/node_modules/$package/bin/node
  if [ ! -x "$node" ] || [ "$("$node" --version)" != "v$node_version" ]; then
    step "fetching $package $node_version"
    unpack_package "$package@$node_version" "$work/node"
    node=$work/node/bin/node
  fi
}

unpack_package() { # name@version, directory
  mkdir -p "$2"
  local file
  file=$(cd "$work" && npm pack --silent "$1")
  tar -xzf "$work/$file" -C "$2" --strip-components=1
}

build_base() {
  base=localhost/node-stand-in:$node_version-$suite
  if ! in_storage inspect --type image "$base" >/dev/null 2>&1; then
    step "assembling a stand-in for the base: Node $node_version on Debian $suite"
    in_storage rmi --all --force >/dev/null 2>&1 || true # one of other versions
    debootstrap --variant=minbase "$suite" "$work/debian" ${mirror:+"$mirror"} >"$work/debootstrap.log" ||
      { tail -n 20 "$work/debootstrap.log" >&2; fail 'debootstrap failed'; }
    rm -rf "$work"/debian/var/cache/apt/* "$work"/debian/var/lib/apt/lists/* "$work"/debian/usr/share/{doc,man,locale}/*
    install -m 755 "$node" "$work/debian/usr/local/bin/node"
    unpack_package npm@11 "$work/debian/usr/local/lib/node_modules/npm"
    ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/debian/usr/local/bin/npm"
    printf '#!/bin/sh\nexec "$@"\n' | install -m 755 /dev/stdin "$work/debian/usr/local/bin/docker-entrypoint.sh"
    chroot "$work/debian" groupadd --gid 1000 node
    chroot "$work/debian" useradd --uid 1000 --gid node --create-home node
    local container
    container=$(in_storage from scratch)
    in_storage copy -q "$container" "$work/debian" / >/dev/null
    in_storage config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      --entrypoint '["docker-entrypoint.sh"]' --cmd '["node"]' "$container"
    in_storage commit -q --rm --format docker "$container" "$base" >/dev/null
    rm -rf "$work/debian"
  fi
}

build_image() {
  step 'building the Dockerfile'
  local mounts=()
  [ -z "${IMAGE_CERTS_DIR:-}" ] || mounts+=(-v "$IMAGE_CERTS_DIR:/etc/ssl/certs:ro")
  [ -z "${IMAGE_NPMRC:-}" ] || mounts+=(-v "$IMAGE_NPMRC:/usr/local/etc/npmrc:ro")
  # The docker format is the one that has room for HEALTHCHECK.
  local build=(--isolation chroot --pull=never --network host --format docker --layers --build-arg NODE_IMAGE="$base")
  {
    in_storage bud "${build[@]}" "${mounts[@]}" -t "$image" "$root" &&
      in_storage bud "${build[@]}" "${mounts[@]}" --target sandbox -t "$image-sandbox" "$root"
  } >"$work/build.log" 2>&1 || { tail -n 40 "$work/build.log" >&2; fail 'the build failed'; }
  in_storage inspect --type image "$image" >"$work/image.json"
  mapfile -t health_check < <("$node" -p \
    'JSON.parse(fs.readFileSync(0)).Docker.config.Healthcheck.Test.slice(1).join("\n")' <"$work/image.json")
  mount_image "$image" service
  mount_image "$image-sandbox" sandbox
}

declare -A rootfs_of=()
built=()
mount_image() { # image, name
  built+=("$(in_storage from --pull-never "$1")")
  rootfs_of[$2]=$(in_storage mount "${built[-1]}")
}

check_size() {
  local rootfs=${rootfs_of[service]}
  local megabytes
  megabytes=$(($(du -sb "$rootfs" | cut -f1) / 1000000))
  [ "$megabytes" -lt "$most_megabytes" ] || fail "the image takes $megabytes MB, and $most_megabytes is too much"
  say "image ok: $megabytes MB, of which $(du -sh "$rootfs/srv" | cut -f1) are the service and its packages"
}

check_image() {
  step 'the bill of materials names what is in the image, and nothing else'
  "$node" --eval "$bill" "${rootfs_of[service]}/srv" || fail 'the bill of materials is wrong'

  step 'a start without settings is refused'
  start refused new
  ended refused && fail 'it started without settings'
  local line
  line=$(cat "$work/refused.log")
  [[ $line == *AMO_BASE_URL* && $line != *$'\n'* ]] || fail "expected one line that names AMO_BASE_URL, got: $line"

  step 'the service starts before its sandbox, read-only, without root and capabilities'
  start service new AMO_BASE_URL=http://127.0.0.1:8081 AMO_ACCESS_TOKEN=$sandbox_token API_KEYS=check=$api_key \
    HEALTH_CACHE_SECONDS=0
  until_health unhealthy 20
  in_service "$confined" || fail 'the service is not confined'

  step 'with the sandbox it is healthy'
  start_sandbox
  until_health healthy 30
  in_service "$post_step" || fail 'the step was not answered with 200'

  step 'a backup is made while it runs'
  runc --root "$work/runc" exec "$(id_of service)" node src/commands/backup.ts /data/backup.db || fail 'no backup was made'

  step 'without the sandbox it is unhealthy'
  stop sandbox
  until_health unhealthy 30

  step 'and healthy again once the sandbox is back'
  start_sandbox
  until_health healthy 90

  step 'both end in time on SIGTERM'
  stop service
  stop sandbox
}

# The containers share a network of their own: loopback alone, so the image's ports never meet the machine's.
start_sandbox() {
  start sandbox "/proc/$(state_of service pid)/ns/net" HOST=127.0.0.1 PORT=8081 SANDBOX_TOKEN=$sandbox_token \
    -- node src/sandbox/main.ts
}

declare -A process_of=()
start() { # name, network, NAME=value …, -- command …
  local name=$1 bundle=$work/$1
  mkdir -p "$bundle"
  "$node" "$root/docker/runc-config.ts" "${rootfs_of[$name]:-${rootfs_of[service]}}" "${@:2}" <"$work/image.json" >"$bundle/config.json"
  runc --root "$work/runc" run --bundle "$bundle" "$(id_of "$name")" </dev/null >"$work/$name.log" 2>&1 9>&- &
  process_of[$name]=$!
}

id_of() { say "amocrm-steps-$$-$1"; }

state_of() { # name, key
  runc --root "$work/runc" state "$(id_of "$1")" | "$node" -p 'JSON.parse(fs.readFileSync(0))[process.argv[1]]' "$2"
}

ended() { # name; the exit code of the container
  local process=${process_of[$1]}
  unset "process_of[$1]"
  wait "$process"
}

stop() { # name
  local started=$SECONDS
  runc --root "$work/runc" kill "$(id_of "$1")" TERM
  ended "$1" || fail "$1 exited with $? on SIGTERM: $(tail -n 3 "$work/$1.log")"
  [ $((SECONDS - started)) -le 10 ] || fail "$1 took $((SECONDS - started)) s to stop"
}

until_health() { # healthy or unhealthy, seconds
  local limit=$((SECONDS + $2)) said=''
  while [ "$SECONDS" -le "$limit" ]; do
    # Before the service listens, a refused connection is not the answer that is waited for.
    said=$(runc --root "$work/runc" exec "$(id_of service)" "${health_check[@]}" 2>&1) || true
    case $said in
      *ECONNREFUSED*:8080*) ;;
      "$1: "*) say "   $said"; return ;;
    esac
    sleep 0.5
  done
  fail "the service did not turn $1 within $2 s; the health check says: $said"
}

in_service() { # JavaScript
  runc --root "$work/runc" exec "$(id_of service)" node --input-type=module --eval "$1"
}

# shellcheck disable=SC2016 # the templates are JavaScript's
bill='
  const root = process.argv[1];
  const read = (file) => JSON.parse(fs.readFileSync(file));
  const { metadata, components } = read(`${root}/sbom.cdx.json`);
  const named = components.map(({ name, version }) => `${name} ${version}`);
  const manifests = fs.globSync(["node_modules/*/package.json", "node_modules/@*/*/package.json"].map((end) => `${root}/**/${end}`));
  const installed = manifests.map(read).map(({ name, version }) => `${name} ${version}`);
  const odd = [...new Set(named).symmetricDifference(new Set(installed))];
  console.log(`   ${metadata.component.name}: ${named.length} packages${odd.length > 0 ? `, but: ${odd}` : ""}`);
  process.exit(odd.length === 0 && metadata.component.name === "amocrm-steps" ? 0 : 1);'
# shellcheck disable=SC2016
confined='
  import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
  import { getHeapStatistics } from "node:v8";
  const command = readFileSync("/proc/1/cmdline", "utf8").replaceAll("\0", " ").trim();
  const status = readFileSync("/proc/1/status", "utf8");
  const value = (name) => new RegExp(`^${name}:\t(.*)$`, "m").exec(status)[1];
  const readOnly = (directory) => {
    try { writeFileSync(`${directory}/probe`, ""); } catch (error) { return error.code === "EROFS"; }
    return false;
  };
  writeFileSync(`${process.env.DATA_DIR}/probe`, "");
  const megabytes = getHeapStatistics().heap_size_limit / 1048576;
  const absent = ["src/sandbox", "src/commands/demo.ts", "/bin", "/usr/bin"].every((path) => !existsSync(path));
  const isWarm = readdirSync("node_modules/.cache/amocrm-steps").length > 0;
  const seen = {
    command,
    users: [...new Set([...value("Uid").split("\t"), ...value("Gid").split("\t")])].join(),
    capabilities: Number(`0x${value("CapEff")}`) + Number(`0x${value("CapPrm")}`) + Number(`0x${value("CapBnd")}`),
    readOnly: ["/srv", "/tmp"].every(readOnly),
    absent,
    isWarm,
    heapIsSet: megabytes >= 512 && megabytes < 1024,
  };
  const wanted = {
    command: "node --max-semi-space-size=32 --disable-sigusr1 src/server.js", users: "1000", capabilities: 0, readOnly: true,
    absent: true, isWarm: true, heapIsSet: true,
  };
  console.log(`   ${JSON.stringify(seen)}`);
  process.exit(JSON.stringify(seen) === JSON.stringify(wanted) ? 0 : 1);'
# shellcheck disable=SC2016
post_step='
  const url = "http://127.0.0.1:8080/steps/amocrm_create_contact";
  const headers = { "content-type": "application/json", authorization: "Bearer '$api_key'" };
  const body = JSON.stringify({ params: { name: "Анна Смирнова", phone: "+7 900 123-45-67" } });
  const response = await fetch(url, { method: "POST", headers, body });
  console.log(`   ${response.status} ${(await response.text()).slice(0, 90)}…`);
  process.exit(response.status === 200 ? 0 : 1);'

clean_up() {
  local code=$? name log container
  set +e
  if [ "$code" != 0 ] && [ "$code" != 77 ]; then
    for log in service sandbox; do
      [ ! -s "$work/$log.log" ] || { say "-- the end of the $log's log:"; tail -n 20 "$work/$log.log"; } >&2
    done
  fi
  for name in "${!process_of[@]}"; do
    runc --root "$work/runc" delete --force "$(id_of "$name")" 2>/dev/null
  done
  wait
  for container in "${built[@]}"; do
    in_storage umount "$container" >/dev/null
    in_storage rm "$container" >/dev/null
  done
  # What a failed build has left goes too; the base stays.
  in_storage rm --all >/dev/null 2>&1
  in_storage rmi "$image" "$image-sandbox" >/dev/null 2>&1
  in_storage rmi --prune >/dev/null 2>&1
  ! mountpoint -q "$cache/storage/overlay" || umount "$cache/storage/overlay"
  rm -rf "$work"
  exit "$code"
}

main
