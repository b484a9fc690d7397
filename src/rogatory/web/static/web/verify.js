// Verify a receipt in this browser: steps 1 to 6 of docs/reference/ledger-format.md. Nothing is sent; the page's policy forbids it.
// Written from that page alone. SHA-256 and Ed25519 are the browser's own (Web Cryptography).
"use strict";

const STEPS = { 1: "form", 2: "origin", 3: "signature", 4: "witnesses", 5: "place in step", 6: "place in log" };
const DEPTH = 20, MOST = (1n << 63n) - 1n, LIMIT = 1 << 18;
// The y-coordinates of the points of small order: for such a key anybody can sign.
const FIELD = (1n << 255n) - 19n;
const SMALL = ["26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"];
const isKey = (data) => {
  const y = data.reduceRight((sum, one) => (sum << 8n) | BigInt(one), 0n) & ((1n << 255n) - 1n);
  return 1n < y && y < FIELD - 1n && !SMALL.includes(hex(data.with(31, data[31] & 0x7f)));
};
const ANEW = ": take the file again, as it was handed out";
const bytesOf = (text) => new TextEncoder().encode(text);
const isName = (text) => /^[^\p{White_Space}+]+$/u.test(text) && bytesOf(text).length <= 255;

class Wrong extends Error {
  constructor(step, why) { super(why); this.step = step; }
}

function textOf(bytes) {
  try { return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); } catch { throw new Wrong(1, "it is no UTF-8 text" + ANEW); }
}

function need(truth, step, why) { if (!truth) throw new Wrong(step, why); }

function unbase64(text, length) {
  let raw;
  try { raw = atob(text); } catch { throw new Wrong(1, "not base64: " + text.slice(0, 40)); }
  need(btoa(raw) === text, 1, "another spelling of base64: " + text.slice(0, 40));
  const data = Uint8Array.from(raw, (one) => one.charCodeAt(0));
  need(length === undefined || data.length === length, 1, `${data.length} bytes where ${length} are due`);
  return data;
}

function number(text) {
  need(/^(0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) <= MOST, 1, "no whole number: " + text.slice(0, 40));
  return BigInt(text);
}

function join(...parts) {
  const all = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of parts) { all.set(one, at); at += one.length; }
  return all;
}

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
const leaf = (data) => sha256([0], data);
const pair = (left, right) => sha256([1], left, right);
const same = (one, two) => one.length === two.length && one.every((byte, at) => byte === two[at]);
const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");

async function readKey(line) {
  const found = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(line);
  need(found && isName(found[1]), 1, "no verifier key: " + line.slice(0, 60));
  const data = unbase64(found[3], 33);
  need((data[0] === 1 || data[0] === 4) && isKey(data.slice(1)), 1, "a key of another type, or none: " + line.slice(0, 60));
  const id = (await sha256(bytesOf(found[1] + "\n"), data)).slice(0, 4);
  need(hex(id) === found[2], 1, "a key id that is not its own: " + line.slice(0, 60));
  return { name: found[1], id, kind: data[0], data: data.slice(1) };
}

// A key of a log, and the times from which and until which it signs, if they stand behind it.
async function readLogKey(line) {
  const [vkey, from, until, ...more] = line.split(/ +/);
  const since = from ? Date.parse(from) / 1000 : 0, ends = until ? Date.parse(until) / 1000 : Infinity;
  need(!more.length && since < ends, 1, "no key with the times from and until which it signs: " + line.slice(0, 60));
  return { ...await readKey(vkey), since, ends };
}

const linesIn = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

function readHead(text) {
  const gap = text.lastIndexOf("\n\n");
  need(gap > 0 && text.endsWith("\n") && gap + 2 < text.length, 1, "it breaks off, or goes on after its last signature" + ANEW);
  const body = text.slice(0, gap + 1), lines = text.slice(gap + 2, -1).split("\n");
  const head = body.slice(0, -1).split("\n");
  need(head.length >= 3 && head.every(Boolean) && lines.length <= 64, 1, "a checkpoint has at least three lines, none of them empty");
  return { body, origin: head[0], size: number(head[1]), root: unbase64(head[2], 32), lines: lines.map(readLine) };
}

function readLine(line) {
  const found = /^\u2014 ([^ ]+) (.+)$/.exec(line);
  need(found && isName(found[1]), 1, "no signature line: " + line.slice(0, 40));
  const data = unbase64(found[2]);
  need(data.length > 4, 1, "a signature that is too short");
  return { name: found[1], id: data.slice(0, 4), data: data.slice(4) };
}

async function signed(key, message, signature) {
  const read = await crypto.subtle.importKey("raw", key.data, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, read, signature, message);
}

const linesOf = (head, key) => head.lines.filter((one) => one.name === key.name && same(one.id, key.id));

async function signature(head, key) {
  const own = linesOf(head, key);
  need(own.length && key.kind === 1, 3, `${key.name} has not signed it`);
  for (const line of own) need(await signed(key, bytesOf(head.body), line.data), 3, "a signature of the log does not hold");
  need(head.size > 0n || same(head.root, await sha256([])), 3, "an empty log has another root");
}

// The latest time at which each witness has cosigned, by her key.
async function cosigned(head, keys) {
  const agreed = new Map();
  for (const key of keys) {
    for (const line of linesOf(head, key)) {
      const time = line.data.length === 72 ? new DataView(line.data.buffer, line.data.byteOffset, 8).getBigUint64(0) : 0n;
      need(time > 0n && time <= MOST, 4, `${key.name} states no time`);
      const message = bytesOf(`cosignature/v1\ntime ${time}\n${head.body}`);
      need(key.kind === 4 && await signed(key, message, line.data.slice(8)), 4, `a cosignature of ${key.name} does not hold`);
      agreed.set(hex(key.data), Math.max(Number(time), agreed.get(hex(key.data)) || 0));
    }
  }
  return agreed;
}

// A key that has ended, or does not hold yet, counts where most witnesses saw the checkpoint while it held. They state whole seconds.
async function inTime(head, key, others, now) {
  if (key.since <= now && now < key.ends) return;
  const seen = [...(await cosigned(head, others)).values()].filter((time) => Math.floor(key.since) <= time && time < key.ends);
  need(2 * seen.length > others.length, 3, "its key does not hold any more, and most witnesses did not see the checkpoint while it held");
}

async function fold(node, index, size, proof) {
  if (size === 1n) return proof.length ? null : node;
  if (!proof.length) return null;
  let split = 1n;
  while (split * 2n < size) split *= 2n;
  const left = index < split, last = proof[proof.length - 1];
  const below = await fold(node, left ? index : index - split, left ? split : size - split, proof.slice(0, -1));
  return below && (left ? pair(below, last) : pair(last, below));
}

// One object for each step that was taken, in order; the last one says whether it holds.
async function verifyReceipt(text, act, logKeys, witnessKeys, quorum, tell, now = Date.now() / 1000) {
  need(bytesOf(text).length <= LIMIT, 1, "it is longer than any receipt");
  need(!/[\x00-\x09\x0b-\x1f]/.test(text), 1, "it holds a control character, such as a carriage return" + ANEW);
  const at = text.indexOf("\n\n"), lines = text.slice(0, Math.max(at, 0)).split("\n");
  need(at > 0 && lines.length >= 3 && lines[0] === "c2sp.org/tlog-proof@v1", 1, "it does not begin as a receipt does, with c2sp.org/tlog-proof@v1" + ANEW);
  need(lines[1].startsWith("extra ") && lines[2].startsWith("index "), 1, "no extra and index");
  const path = unbase64(lines[1].slice(6), 5 + 32 * DEPTH), index = number(lines[2].slice(6));
  const proof = lines.slice(3).map((line) => unbase64(line, 32));
  const place = new DataView(path.buffer).getUint32(1);
  need(path[0] === 1 && place < 1 << DEPTH && proof.length <= 63, 1, "no path in a step, or too many hashes");
  const head = readHead(text.slice(at + 2));
  const keys = await Promise.all(linesIn(logKeys).map(readLogKey)), others = await Promise.all(witnessKeys.map(readKey));
  need(keys.length, 1, "give the key of the log");
  const own = keys.filter((one) => one.name === head.origin);
  const signers = own.filter((one) => linesOf(head, one).length), key = signers[0] || own[0] || keys[0];
  tell(1, "the receipt has its one form");
  need(head.origin === key.name, 2, `its checkpoint is of ${head.origin}, and the key is of ${key.name}`);
  tell(2, `its checkpoint is of the log ${head.origin}`);
  for (const one of signers.length ? signers : [key]) await signature(head, one);
  await inTime(head, key, others, now);
  tell(3, "the log has signed it");
  const agreed = (await cosigned(head, others)).size;
  need(agreed >= quorum, 4, `${agreed} of the ${quorum} witnesses that are needed`);
  tell(4, `no cosignature is false; ${agreed} of those that you named have cosigned`);
  let node = await leaf(Uint8Array.from(act.match(/../g), (two) => parseInt(two, 16)));
  for (let level = 0; level < DEPTH; level++) {
    const sibling = path.slice(5 + 32 * level, 37 + 32 * level);
    node = await ((place >>> level) & 1 ? pair(sibling, node) : pair(node, sibling));
  }
  tell(5, "the act leads to the root of a step");
  need(index < head.size, 6, "it names an entry beyond the log");
  const root = await fold(await leaf(node), index, head.size, proof);
  need(root && same(root, head.root), 6, "this act does not stand where the receipt says: another act, or something was altered");
  tell(6, `that root is entry ${index} of ${head.size}: the act stands in the log`);
}

async function actHash(text) {
  const given = text.trim();
  if (/^[0-9a-f]{64}$/.test(given)) return given;
  need(/^[\w-]+\.[\w-]+\.[\w-]+$/.test(given), 1, "give the act's hash (64 digits) or the act itself (its three parts with dots)");
  return hex(await sha256(bytesOf(given)));
}

async function canSign() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch { return false; }
}

function show(step, holds, says) {
  const line = document.createElement("li");
  line.className = holds ? "holds" : "fails";
  line.textContent = `${step}. ${holds ? "holds" : "DOES NOT HOLD"}: ${says} [step ${step} (${STEPS[step]})]`;
  document.getElementById("steps").append(line);
}

async function run(event) {
  event.preventDefault();
  const value = (id) => document.getElementById(id).value, verdict = document.getElementById("verdict");
  document.getElementById("steps").replaceChildren();
  verdict.textContent = "";
  try {
    need(await canSign(), 3, "this browser cannot check Ed25519 signatures: use a newer one, or rogatory verify");
    const file = document.getElementById("file").files[0];
    const text = file ? textOf(await file.arrayBuffer()) : value("receipt").trimEnd() + "\n";
    await verifyReceipt(text, await actHash(value("act")), value("key"), linesIn(value("witnesses")), Number(value("quorum")), (step, says) => show(step, true, says));
    verdict.textContent = "Verified: the act stands in the log.";
  } catch (error) {
    show(error.step || 1, false, error.step ? error.message : "it cannot be read: " + error.message);
    verdict.textContent = "NOT VERIFIED.";
  }
}

// A receipt, and after a point the hash of its act, may come in the part of the address that browsers never send (after #).
function fill() {
  const [carried, act] = location.hash.slice(1).split(".");
  if (!carried) return;
  if (/^[0-9a-f]{64}$/.test(act || "")) document.getElementById("act").value = act;
  try {
    const raw = Uint8Array.from(atob(carried.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
    document.getElementById("receipt").value = textOf(raw);
  } catch { return; }
}

document.getElementById("check").addEventListener("submit", run);
fill();
