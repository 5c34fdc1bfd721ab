#!/bin/sh
# Installs the browser and a Chinese font for the browser tests where they are missing.
# Without the rights for it the browser tests are skipped, loudly; in CI that is a failure.
set -eu

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
font() { fc-list :lang=zh-cn 2>/dev/null | grep -q .; }

if browser >/dev/null && font; then exit 0; fi

if [ "$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else sudo=none; fi
if [ "$sudo" != none ] && command -v apt-get >/dev/null; then
    echo "Setting up: browser and Chinese font for the browser tests (once) ..."
    export DEBIAN_FRONTEND=noninteractive
    if $sudo apt-get update -qq >/dev/null &&
        $sudo apt-get install -y -qq --no-install-recommends \
            chromium fontconfig fonts-noto-cjk >/dev/null; then
        exit 0
    fi
fi

echo "!! No browser with a Chinese font here, and no right to install them:" >&2
echo "!! THE BROWSER TESTS ARE SKIPPED. On Debian: apt-get install chromium fonts-noto-cjk" >&2
[ "${CI:-}" != true ]
