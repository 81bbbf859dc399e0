import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import type { AuditEnd } from '../ports/audit-log.ts';
import { isoTime } from '../times.ts';
import { canonicalJson } from './canonical-json.ts';

/** A signed statement of where the chain ended, to be kept where whoever can write the database cannot. */
export interface Checkpoint extends AuditEnd {
  readonly version: 1;
  /** ISO 8601. */
  readonly at: string;
  /** Of the public key: the first 16 hex digits of the SHA-256 of its SubjectPublicKeyInfo in DER. */
  readonly keyId: string;
  /** Ed25519 (RFC 8032), in base64, over the canonical JSON (RFC 8785) of the other members. */
  readonly signature: string;
}

/** Reads it from PEM. Throws when it is no Ed25519 key. A private key gives its public half. */
export function ed25519PublicKey(pem: string | KeyObject): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
  return key;
}

export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return hash('sha256', der).slice(0, 16);
}

export function signCheckpoint(privateKey: KeyObject, end: AuditEnd, nowMs: number): Checkpoint {
  const { instance, sequence, hash: endHash } = end;
  const keyId = keyIdOf(ed25519PublicKey(privateKey));
  const statement = {
    version: 1,
    instance,
    sequence,
    hash: endHash,
    at: isoTime(nowMs),
    keyId,
  } as const;
  const signature = sign(null, Buffer.from(canonicalJson(statement)), privateKey);
  return { ...statement, signature: signature.toString('base64') };
}

const SHAPE = {
  instance: /^[0-9a-f]{32}$/,
  hash: /^[0-9a-f]{64}$/,
  at: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  keyId: /^[0-9a-f]{16}$/,
  signature: /^[A-Za-z0-9+/]{86}==$/,
} as const;

/** The checkpoint of a line, if one of the keys signed it; else why it is not to be trusted. */
export function readCheckpoint(line: string, keys: readonly KeyObject[]): Checkpoint | string {
  const checkpoint = parseCheckpoint(line);
  if (checkpoint === null) return 'is no checkpoint: it was cut off, or changed';
  const key = keys.find((each) => keyIdOf(each) === checkpoint.keyId);
  if (key === undefined) return `was signed with another key, ${checkpoint.keyId}`;
  const { signature, ...statement } = checkpoint;
  const bytes = Buffer.from(canonicalJson(statement));
  return verify(null, bytes, key, Buffer.from(signature, 'base64'))
    ? checkpoint
    : 'was changed: its signature is not that of what stands there';
}

/** Whoever signed it; null for a line that is none. */
export function parseCheckpoint(line: string): Checkpoint | null {
  try {
    const parsed = JSON.parse(line) as Record<string, unknown> | null;
    const { version, sequence } = parsed ?? {};
    const sound =
      version === 1 &&
      Number.isSafeInteger(sequence) &&
      Object.entries(SHAPE).every(([name, shape]) => shape.test(String(parsed?.[name])));
    return sound ? (parsed as unknown as Checkpoint) : null;
  } catch {
    return null;
  }
}
