#!/bin/sh
# Makes a small Debian of the same kind as debian:trixie-slim, where no registry can be reached.
#
#   make-base.sh DOCKER IMAGE MIRROR SECURITY_MIRROR
#
# Needs root, debootstrap and a running engine. Lines that begin with == tell how far it is.
set -eu
docker=$1 image=$2 mirror=$3 security=$4

work=$(mktemp -d)
tree=$work/root
# debootstrap mounts in there, and takes it away again unless it is killed; nothing outside may be removed then.
trap 'umount "$tree/proc" "$tree/sys" 2>/dev/null || true; rm -rf --one-file-system "$work"' EXIT
trap 'exit 1' HUP INT TERM

echo "== fetching Debian's packages from $mirror"
debootstrap --variant=minbase trixie "$tree" "$mirror"

echo '== bringing it up to date and making it small'
rm -f "$tree/etc/apt/sources.list"
cat >"$tree/etc/apt/sources.list.d/debian.sources" <<END
Types: deb
URIs: $mirror
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: $security
Suites: trixie-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
cat >"$tree/etc/dpkg/dpkg.cfg.d/slim" <<'END'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
END
printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d"
chmod 755 "$tree/usr/sbin/policy-rc.d"
chroot "$tree" env DEBIAN_FRONTEND=noninteractive sh -eu -c '
  apt-get update -qq
  apt-get upgrade -y -qq
  apt-get clean'
find "$tree/usr/share/doc" -type f ! -name copyright -delete
rm -rf "$tree/var/lib/apt/lists/"* "$tree/usr/share/man/"* "$tree/usr/share/info/"* "$tree/usr/share/locale/"*
find "$tree/var/log" -type f -delete

echo "== importing it as $image"
tar --numeric-owner --one-file-system -C "$tree" -c . | "$docker" import - "$image"
