#!/bin/sh
# Makes docs/pictures anew: a furnished home before Chromium, under a fixed clock
# and with the same faces of type wherever it is run. These are unpacked into
# out/fonts and not installed.
set -eu
cd "$(dirname "$0")/.."
sh scripts/prepare.sh

fonts="$PWD/out/fonts"
if [ ! -f "$fonts/fonts.conf" ]; then
	mkdir -p "$fonts/deb"
	(cd "$fonts/deb" && apt-get download -qq fonts-sil-charis fonts-inter fonts-ipafont-gothic fonts-noto-core)
	for deb in "$fonts"/deb/*.deb; do
		dpkg-deb -x "$deb" "$fonts"
	done
	rm -rf "$fonts/deb"
	find "$fonts" \( -name 'Noto*' ! -name 'NotoNaskhArabic-*' -o -name '*.woff*' \) -delete
	cat >"$fonts/fonts.conf" <<CONF
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<dir>$fonts</dir>
<cachedir>$fonts/cache</cachedir>
<alias binding="strong"><family>system-ui</family><prefer><family>Inter</family></prefer></alias>
<alias binding="strong"><family>sans-serif</family><prefer><family>Inter</family></prefer></alias>
<alias binding="strong"><family>serif</family><prefer><family>Charis SIL</family></prefer></alias>
</fontconfig>
CONF
fi
FONTCONFIG_FILE="$fonts/fonts.conf" TZ=Europe/London go test ./interop -count=1 -timeout 10m -run 'TestPictures' -pictures "$PWD/docs/pictures"
