#!/bin/sh
# Checks the signatures of one checkpoint with nothing but openssl and the base tools: openssl.sh CHECKPOINT POLICY
# One line for each signature of a key the policy knows, then whether the log has signed and the quorum is met.
# It says nothing of the entries: that is checklog's work. Exit code 0 when all holds, 1 when not, 2 when asked wrongly.
set -eu
[ $# = 2 ] && [ -r "$1" ] && [ -r "$2" ] || { echo 'usage: openssl.sh CHECKPOINT POLICY' >&2; exit 2; }
checkpoint=$1
policy=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The text ends at the last blank line; what follows are the signature lines.
awk -v text="$work/text" -v lines="$work/lines" '
  { line[NR] = $0; if ($0 == "") blank = NR }
  END {
    for (i = 1; i < blank; i++) print line[i] > text
    for (i = blank + 1; i <= NR; i++) print line[i] > lines
  }' "$checkpoint"
touch "$work/text" "$work/lines"
origin=$(head -n 1 "$work/text")

# cut_bytes FROM COUNT: bytes of standard input, counted from 1
cut_bytes() { tail -c "+$1" | head -c "$2"; }
hex() { od -An -v -tx1 | tr -d ' \n'; }

# verify KEY MESSAGE SIGNATURE: KEY is base64 of type and public key; openssl reads it behind the fixed head of an Ed25519 key
verify() {
  {
    printf '\060\052\060\005\006\003\053\145\160\003\041\000'
    printf %s "$1" | base64 -d | cut_bytes 2 32
  } | openssl pkey -pubin -inform DER -out "$work/key.pem"
  openssl pkeyutl -verify -rawin -pubin -inkey "$work/key.pem" -in "$2" -sigfile "$3" > /dev/null 2>&1
}

# check WHO VKEY: looks for the line of this key and verifies it. Says "good WHO", "BAD WHO", or nothing without a line.
check() {
  name=${2%%+*}
  rest=${2#*+}
  id=${rest%%+*}
  key=${rest#*+}
  while read -r dash signer blob; do
    [ "$dash" = '—' ] && [ "$signer" = "$name" ] || continue
    printf %s "$blob" | base64 -d > "$work/blob" 2> /dev/null || { echo "BAD $1 is not base64"; continue; }
    [ "$(cut_bytes 1 4 < "$work/blob" | hex)" = "$id" ] || continue
    type=$(printf %s "$key" | base64 -d | cut_bytes 1 1 | hex)
    case $type in
      01)
        cp "$work/text" "$work/message"
        cut_bytes 5 64 < "$work/blob" > "$work/signature"
        length=68
        ;;
      04)
        time=$(printf %d "0x$(cut_bytes 5 8 < "$work/blob" | hex)")
        { printf 'cosignature/v1\ntime %d\n' "$time"; cat "$work/text"; } > "$work/message"
        cut_bytes 13 64 < "$work/blob" > "$work/signature"
        length=76
        ;;
      *) continue ;;
    esac
    if [ "$(wc -c < "$work/blob")" -eq "$length" ] && verify "$key" "$work/message" "$work/signature"; then
      echo "good $1"
    else
      echo "BAD $1"
    fi
  done < "$work/lines"
}

while read -r kind first second _; do
  case $kind in
    log) [ "${first%%+*}" != "$origin" ] || check 'log' "$first" ;;
    witness) check "witness $first" "$second" ;;
  esac
done < "$policy" > "$work/found"
cat "$work/found"

# Every name is defined before it is used, so one pass over the policy counts the quorum.
awk -v found="$work/found" '
  BEGIN {
    while ((getline line < found) > 0) {
      if (line ~ /^BAD/) bad = 1
      if (line == "good log") signed = 1
      if (line ~ /^good witness /) have[substr(line, 14)] = 1
    }
  }
  $1 == "group" {
    count = 0
    for (i = 4; i <= NF; i++) count += have[$i]
    need = $3 == "all" ? NF - 3 : $3 == "any" ? 1 : $3
    have[$2] = count >= need
  }
  $1 == "quorum" { quorum = $2 == "none" || have[$2] }
  END {
    print signed ? "signed by the log" : "NOT signed by a log of the policy"
    print quorum ? "quorum met" : "quorum NOT met"
    exit !(signed && quorum && !bad)
  }' "$policy"
