import { verificationCodes } from '@claviger/contract';
import {
  bloomFilter,
  encodeLogColumns,
  newChunkId,
  termsOf,
  type LogColumns,
  type LogSubject,
  type Storage,
} from '@claviger/core';
import { MAX_CHUNK_ENTRIES, type StoredLogChunk } from '../../packages/core/src/ports/log-store.ts';
import { encodeBase62 } from '../../packages/core/src/tokens/base62.ts';

/** The log of so many days, recorded by one server. */
const DAYS = 25;
const DAY_MS = 86_400_000;

const KEYS = 5_000;
const ADDRESSES = 3_000;
const AGENTS = 200;
/** Of each chunk; nearly every chunk has others. */
const PATHS = 400;
/** Chunks written in one transaction. */
const BATCH = 64;

const idOf = (prefix: string, number: number): string => `${prefix}_${encodeBase62(number, 22)}`;

/** Makes a third of all verifications. */
export const BUSY_KEY = idOf('key', 0);
/** Once in a thousand chunks. */
export const RARE_KEY = idOf('key', KEYS);
/** One verification in 20,000. */
export const RARE_CODE = 'QUOTA_EXCEEDED';

const subjects: readonly LogSubject[] = Array.from({ length: KEYS + 1 }, (_, number) => ({
  keyId: idOf('key', number),
  secretId: idOf('sec', number),
  organizationId: `organization-${number % 500}`,
  apiId: number % 3 === 0 ? 'interact' : 'agiled',
  environment: number % 5 === 0 ? 'staging' : 'production',
  hint: null,
}));

/** Writes so many entries through the codec and the store, as the recorder would have, until now. */
export async function writeLogs({ logs }: Storage, count: number): Promise<void> {
  const chunks = Math.ceil(count / MAX_CHUNK_ENTRIES);
  const spanMs = Math.floor((DAYS * DAY_MS) / chunks);
  const beginMs = Date.now() - DAYS * DAY_MS;
  for (let day = 0; day <= DAYS; day++) await logs.prepareDays(beginMs + day * DAY_MS);
  for (let begin = 0; begin < chunks; begin += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, chunks - begin) }, (_, index) =>
      chunkOf(begin + index, beginMs + (begin + index) * spanMs, spanMs),
    );
    await logs.put(await Promise.all(batch));
  }
}

async function chunkOf(number: number, from: number, spanMs: number): Promise<StoredLogChunk> {
  const columns = columnsOf(number, from, spanMs);
  return {
    id: newChunkId(from),
    from,
    to: columns.at[columns.at.length - 1] ?? from,
    count: columns.at.length,
    filter: bloomFilter(termsOf(columns)),
    entries: encodeLogColumns(columns),
  };
}

const random = (below: number): number => Math.floor(Math.random() * below);

/** Few keys do most: the square of a random number is often near nothing. */
const someKey = (): number =>
  Math.random() < 1 / 3 ? 0 : 1 + Math.floor(Math.random() ** 2 * (KEYS - 1));

function columnsOf(number: number, from: number, spanMs: number): LogColumns {
  const used = new Map<number, number>();
  const subjectOf = (key: number) => {
    const index = used.get(key) ?? used.size;
    used.set(key, index);
    return index;
  };
  const places = Array.from({ length: MAX_CHUNK_ENTRIES }, (_, place) => place);
  const rareAt = number % 1_000 === 500 ? random(MAX_CHUNK_ENTRIES) : -1;
  const texts = textsOf();
  const paths = ADDRESSES + AGENTS;
  const methods = paths + PATHS;
  return {
    at: places.map((place) => from + Math.floor((place * spanMs) / MAX_CHUNK_ENTRIES)),
    subject: places.map((place) => subjectOf(place === rareAt ? KEYS : someKey())),
    code: places.map(codeAt),
    permissions: places.map(() => random(2)),
    origin: places.map(() => -1),
    ip: places.map(() => random(ADDRESSES)),
    userAgent: places.map(() => ADDRESSES + random(AGENTS)),
    method: places.map(() => methods + random(2)),
    path: places.map(() => paths + random(PATHS)),
    requestId: places.map(() => crypto.randomUUID()),
    durationUs: places.map(() => 100 + random(300)),
    subjects: [...used.keys()].map((key) => subjects[key] as LogSubject),
    codes: verificationCodes,
    permissionSets: [['jobs_read'], ['jobs_read', 'jobs_trigger']],
    texts,
  };
}

const VALID = verificationCodes.indexOf('VALID');
const REFUSALS = ['NOT_FOUND', 'INSUFFICIENT_PERMISSIONS', 'RATE_LIMITED'] as const;
const refusals = REFUSALS.map((code) => verificationCodes.indexOf(code));
const rare = verificationCodes.indexOf(RARE_CODE);

function codeAt(): number {
  const dice = Math.random();
  if (dice < 1 / 20_000) return rare;
  return dice < 0.97 ? VALID : (refusals[random(refusals.length)] ?? VALID);
}

const agents = Array.from(
  { length: AGENTS },
  (_, n) => `acme-client/${n % 20}.${n} (Linux; x64) Node.js/26.${n % 7}`,
);
const addresses = Array.from(
  { length: ADDRESSES },
  (_, n) => `198.${51 + (n >> 8)}.100.${n & 255}`,
);

const textsOf = (): string[] => [
  ...addresses,
  ...agents,
  ...Array.from({ length: PATHS }, () => `/v1/jobs/${random(1_000_000)}/results`),
  'GET',
  'POST',
];
