// Verify envelopes with Sigstore's own package.
//
//     verify.mjs MODULES FINGERPRINTS FILE...
//
// FINGERPRINTS has lines `NUMBER KEYID', key/NUMBER being that public key;
// each FILE has an envelope or a ledger's entry on each line.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [, , modules, fingerprints, ...files] = process.argv;
const { crypto, dsse } = createRequire(modules + "/x.js")("@sigstore/core");

const report = (good, sentence) =>
	console.log((good ? "ok - " : "not ok - ") + sentence);
const lines = (file) =>
	readFileSync(file, "utf8").split("\n").filter((line) => line !== "");

const keys = new Map(
	lines(fingerprints).map((line) => {
		const [number, keyid] = line.split(" ");
		const der = readFileSync("key/" + number);
		return [keyid, crypto.createPublicKey(der)];
	}),
);

function verifies(envelope, payload, type, key) {
	return envelope.signatures.every((one) => {
		const known = key ?? keys.get(one.keyid);
		return (
			known !== undefined &&
			crypto.verify(
				dsse.preAuthEncoding(type, payload),
				known,
				Buffer.from(one.sig, "base64"),
			)
		);
	});
}

function check(file) {
	const wrong = [];
	const accepted = [];
	let count = 0;
	for (const line of lines(file)) {
		const parsed = JSON.parse(line);
		const envelope = parsed.envelope ?? parsed;
		const type = envelope.payloadType;
		const payload = Buffer.from(envelope.payload, "base64");
		const other = Buffer.from(payload);
		other[other.length >> 1] ^= 1;
		count += envelope.signatures.length;
		if (!verifies(envelope, payload, type)) wrong.push(count);
		for (const key of keys.values())
			if (
				verifies(envelope, other, type) ||
				verifies(envelope, payload, type + "x") ||
				(key !== keys.get(envelope.signatures[0].keyid) &&
					verifies(envelope, payload, type, key))
			)
				accepted.push(count);
	}
	report(
		count > 0 && wrong.length === 0,
		`@sigstore/core verifies all ${count} signatures of ${file}` +
			wrong.map((at) => `; not ${at}`).join(""),
	);
	report(
		accepted.length === 0,
		"and none for another payload, type or key" +
			accepted.map((at) => `; but ${at}`).join(""),
	);
}

files.forEach(check);
console.log("end");
