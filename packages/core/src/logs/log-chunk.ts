import { verificationCodes } from '@claviger/contract';
import { MAX_CHUNK_ENTRIES, MAX_CHUNK_SPAN_MS, type StoredLogChunk } from '../ports/log-store.ts';
import { withoutTokens } from '../tokens/without-tokens.ts';
import type { SecretEntry } from '../verification/entries.ts';
import type { LogColumns, LogSubject } from './log-columns.ts';
import { newChunkId, PLACES } from './log-ids.ts';
import { loggedFreeText, loggedText, type LogPolicy, type TextKind } from './log-policy.ts';
import { DAY_MS, startOfDay } from '../times.ts';

/** Long texts fill a chunk before its entries do: so many characters at most, and one entry's more. */
const MAX_CHARACTERS = 500_000;

const MAX_DURATION_US = 4_294_967_295;

const NO_PERMISSIONS: readonly string[] = [];

/** Where a credential was presented, and for what request. */
export interface LogSource {
  readonly origin: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly requestId: string | null;
}

/**
 * A chunk while it is filled. Filling it is on the way of every verification, so it takes numbers and
 * texts as they come; whatever costs time – reading secrets' keys, taking tokens and queries out of
 * texts – is done by `columns`, when it is written.
 */
export class LogChunk {
  static #made = 0;
  readonly id: string;
  readonly from: number;
  count = 0;
  /** How many of its entries have been handed to the observer, and how many are in the database. */
  observed = 0;
  written = 0;
  /** As it is to be written: made once it is full. */
  stored: StoredLogChunk | null = null;

  readonly #policy: LogPolicy;
  readonly #idStart: string;
  readonly #endsAt: number;
  #lastAt: number;
  #characters = 0;

  readonly #at = new Float64Array(MAX_CHUNK_ENTRIES);
  readonly #durationUs = new Uint32Array(MAX_CHUNK_ENTRIES);
  readonly #subject = new Uint16Array(MAX_CHUNK_ENTRIES);
  readonly #code = new Uint8Array(MAX_CHUNK_ENTRIES);
  readonly #permissions = new Uint16Array(MAX_CHUNK_ENTRIES);
  readonly #texts: Record<TextKind, TextColumn> = {
    origin: new TextColumn(),
    ip: new TextColumn(),
    userAgent: new TextColumn(),
    method: new TextColumn(),
    path: new TextColumn(),
  };
  /** Up to the last entry that has one: most callers send none. */
  readonly #requestIds: (string | null)[] = [];

  /** Tells its mark on an entry of the cache from those of other chunks, without keeping it in memory. */
  readonly #number = ++LogChunk.#made;
  /** Entries of the cache, which become subjects when the chunk is written; unknown ones are subjects from the start. */
  readonly #subjects: (SecretEntry | LogSubject)[] = [];
  readonly #unknownIndex = new Map<string, number>();
  readonly #permissionSets: (readonly string[])[] = [NO_PERMISSIONS];
  readonly #permissionIndex = new Map<string, number>();
  #lastPermissions = NO_PERMISSIONS;
  #lastPermissionsIndex = 0;

  /** What `columns` has made of the above so far. */
  readonly #clean = {
    permissionSets: [] as (readonly string[])[],
    texts: [] as string[],
    requestIds: [] as (string | null)[],
  };
  readonly #allTexts: { kind: TextKind; text: string }[] = [];

  constructor(nowMs: number, policy: LogPolicy) {
    this.id = newChunkId(nowMs);
    this.from = nowMs;
    this.#policy = policy;
    this.#idStart = `log_${this.id}`;
    this.#lastAt = nowMs;
    const midnight = startOfDay(nowMs) + DAY_MS;
    this.#endsAt = Math.min(nowMs + MAX_CHUNK_SPAN_MS, midnight);
  }

  get to(): number {
    return this.#lastAt;
  }

  /** False as well after the clock was set back: the chunk is in order, and of one hour of one day. */
  takes(nowMs: number): boolean {
    return (
      this.count < MAX_CHUNK_ENTRIES &&
      nowMs < this.#endsAt &&
      nowMs >= this.#lastAt &&
      this.#characters < MAX_CHARACTERS
    );
  }

  /** Adds an entry, which it must take, and answers its place. */
  add(
    nowMs: number,
    subject: number,
    code: number,
    permissions: readonly string[],
    durationUs: number,
  ): number {
    const place = this.count++;
    this.#lastAt = nowMs;
    this.#at[place] = nowMs;
    this.#subject[place] = subject;
    this.#code[place] = code;
    this.#permissions[place] = this.#permissionsIndexOf(permissions);
    if (durationUs > 0) this.setDuration(place, durationUs);
    return place;
  }

  idAt(place: number): string {
    return this.#idStart + (PLACES[place] as string);
  }

  setDuration(place: number, durationUs: number): void {
    this.#durationUs[place] = Math.min(durationUs, MAX_DURATION_US);
  }

  setText(place: number, kind: TextKind, text: string | null | undefined): void {
    if (text === null || text === undefined) return;
    const column = this.#texts[kind];
    column.places[place] = column.index.get(text) ?? this.#addText(kind, text);
  }

  setRequestId(place: number, requestId: string | null): void {
    if (requestId === null) return;
    while (this.#requestIds.length < place) this.#requestIds.push(null);
    this.#requestIds[place] = requestId;
    this.#characters += requestId.length;
  }

  subjectOfSecret(secret: SecretEntry): number {
    if (secret.loggedIn !== this.#number) {
      secret.loggedIn = this.#number;
      secret.loggedAs = this.#subjects.push(secret) - 1;
    }
    return secret.loggedAs;
  }

  subjectOfUnknown(apiId: string, environment: string | null, hint: string | null): number {
    const name = `${apiId} ${environment ?? ''} ${hint ?? ''}`;
    const known = this.#unknownIndex.get(name);
    if (known !== undefined) return known;
    const nobody = { keyId: null, secretId: null, organizationId: null };
    const index = this.#subjects.push({ ...nobody, apiId, environment, hint }) - 1;
    this.#unknownIndex.set(name, index);
    return index;
  }

  /** Whom the entry is about; null: there is no such place. */
  subjectAt(place: number): LogSubject | null {
    if (place >= this.count) return null;
    const subject = this.#subjects[this.#subject[place] as number];
    return subject === undefined ? null : subjectOf(subject);
  }

  /** What has been recorded so far, ready to be seen by others. Entries that follow do not change it. */
  columns(): LogColumns {
    const { count } = this;
    this.#cleanUp();
    const { permissionSets, texts, requestIds } = this.#clean;
    const places = (kind: TextKind) => this.#texts[kind].places.subarray(0, count);
    return {
      at: this.#at.subarray(0, count),
      subject: this.#subject.subarray(0, count),
      code: this.#code.subarray(0, count),
      permissions: this.#permissions.subarray(0, count),
      origin: places('origin'),
      ip: places('ip'),
      userAgent: places('userAgent'),
      method: places('method'),
      path: places('path'),
      requestId: requestIds.concat(Array<null>(count - requestIds.length).fill(null)),
      durationUs: this.#durationUs.subarray(0, count),
      subjects: this.#subjects.map(subjectOf),
      codes: verificationCodes,
      permissionSets: permissionSets.slice(),
      texts: texts.slice(),
    };
  }

  /** Each text once, however often the chunk is written while it is filled. */
  #cleanUp(): void {
    const { permissionSets, texts, requestIds } = this.#clean;
    for (const set of this.#permissionSets.slice(permissionSets.length)) {
      permissionSets.push(set.map(withoutTokens));
    }
    for (const { kind, text } of this.#allTexts.slice(texts.length)) {
      texts.push(loggedText(kind, text, this.#policy));
    }
    for (const requestId of this.#requestIds.slice(requestIds.length)) {
      requestIds.push(requestId === null ? null : loggedFreeText(requestId));
    }
  }

  #addText(kind: TextKind, text: string): number {
    const index = this.#allTexts.push({ kind, text }) - 1;
    this.#texts[kind].index.set(text, index);
    this.#characters += text.length;
    return index;
  }

  /** A caller asks for the same again and again, in a new list each time. */
  #permissionsIndexOf(permissions: readonly string[]): number {
    if (sameTexts(permissions, this.#lastPermissions)) return this.#lastPermissionsIndex;
    const name = permissions.join(' ');
    let index = permissions.length === 0 ? 0 : this.#permissionIndex.get(name);
    if (index === undefined) {
      index = this.#permissionSets.push(permissions) - 1;
      this.#permissionIndex.set(name, index);
      this.#characters += name.length;
    }
    this.#lastPermissions = permissions;
    return (this.#lastPermissionsIndex = index);
  }
}

class TextColumn {
  /** -1: none, as most have. */
  readonly places = new Int16Array(MAX_CHUNK_ENTRIES).fill(-1);
  readonly index = new Map<string, number>();
}

function subjectOf(subject: SecretEntry | LogSubject): LogSubject {
  if (!('tokenHash' in subject)) return subject;
  const { id, type, key } = subject;
  return {
    keyId: key.id,
    secretId: type === 'secret' ? id : null,
    organizationId: key.organization.id,
    apiId: key.api.id,
    environment: key.claim.environment,
    hint: null,
  };
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
