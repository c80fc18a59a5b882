# guide.sh: the commands of a dossier's VERIFY.md, as an auditor runs them.
# shellcheck shell=bash

guide_of() { # FOLDER: its commands, as block-NN here
	rm -f block-*
	python3 - "$1/VERIFY.md" <<-'P'
	import re, sys
	for n, block in enumerate(re.findall(r"^```sh\n(.*?)^```$", open(sys.argv[1]).read(), re.S | re.M)):
	    open("block-%02d" % n, "w").write(block)
	P
}

manifest() ( # FOLDER: its MANIFEST, anew, as a forger would
	cd "$1" && find . -type f ! -name MANIFEST -printf '%P\n' |
	    LC_ALL=C sort | xargs sha256sum >../manifest &&
	    mv ../manifest MANIFEST
)

guide() { # FOLDER: whether all hold; what they say is in $LAST.
	: >"$LAST/out"
	: >"$LAST/err"
	for block in block-*; do
		(cd "$1" && env PATH=/usr/bin:/bin bash -eu -o pipefail \
		    "$OLDPWD/$block") >>"$LAST/out" 2>>"$LAST/err" </dev/null ||
		    return 1
	done
}
