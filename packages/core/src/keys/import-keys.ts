import {
  ROOT_API_ID,
  type Effective,
  type Fault,
  type ImportFailure,
  type ImportKey,
} from '@claviger/contract';
import { auditTarget } from '../audit/audit-target.ts';
import { commit, mutation, type Context } from '../context.ts';
import { InvalidRequestError, RefusedError } from '../errors.ts';
import type { Mutation, NewKey, Transaction } from '../ports/committer.ts';
import type { ApiRecord, KeyRecord } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { msOf } from '../times.ts';
import { ImportPlaces } from './import-places.ts';
import { importedCredentials, secretsOf } from './imported-credentials.ts';
import { newCredits } from './key-rules.ts';
import { newKey } from './new-key.ts';
import { presentKey } from './present-key.ts';

/** Entries of one transaction at most. On SQLite, verifications wait for it: some ten milliseconds. */
export const MAX_IMPORT_BATCH = 128;

/** What became of an entry. Plain values, so that a repeat of the request can be answered with them. */
export type ImportOutcome = { readonly id: string } | Omit<ImportFailure, 'index'>;

export interface ImportedBatch {
  /** One for each entry, in their order. */
  readonly outcomes: readonly ImportOutcome[];
  readonly effective: Effective;
}

/**
 * Imports keys that were issued elsewhere, in one transaction: each with its secrets, audit event and
 * change, or not at all. At most `MAX_IMPORT_BATCH` entries. `step` names the batch where a request has
 * several. Rejects with `StorageError` and `OverloadedError`, and has imported none of them then.
 */
export function importKeys(
  context: Context,
  caller: Caller,
  entries: readonly ImportKey[],
  step = '',
): Promise<ImportedBatch> {
  if (entries.length > MAX_IMPORT_BATCH) throw new RangeError('more entries than a batch takes');
  return commit(context, (tx) => importBatch(context, caller, tx, entries), step);
}

/** An entry that nothing is wrong with by itself. */
interface Candidate {
  readonly api: ApiRecord;
  readonly row: NewKey;
  /** Under every pepper. A key that was stored under an older one is the same key. */
  readonly digests: readonly Buffer[];
}

async function importBatch(
  context: Context,
  caller: Caller,
  tx: Transaction,
  entries: readonly ImportKey[],
): Promise<Mutation<{ outcomes: ImportOutcome[] }>> {
  const nowMs = context.clock.now();
  const places = new ImportPlaces(tx, caller, nowMs);
  const candidates: (Candidate | RefusedError)[] = [];
  for (const entry of entries) {
    candidates.push(
      await orRefusal(async () =>
        candidate(context, caller, await enter(places, entry), entry, nowMs),
      ),
    );
  }
  const taken = new Set(await tx.takenDigests(candidates.flatMap(digestsOf)));
  const settled: (Candidate | RefusedError)[] = [];
  for (const each of candidates) {
    settled.push(
      each instanceof RefusedError ? each : await orRefusal(() => admit(places, taken, each)),
    );
  }
  const admitted = settled.flatMap((each) => (each instanceof RefusedError ? [] : [each]));
  await tx.insertKeys(admitted.map(({ row }) => row));
  const records = admitted.map(({ row }) => recordOf(caller, row, nowMs));
  return {
    result: {
      outcomes: settled.map((each) =>
        each instanceof RefusedError ? importFailureOf(each) : { id: each.row.key.id },
      ),
    },
    events: records.flatMap(({ events }) => events),
    changes: records.flatMap(({ changes }) => changes),
  };
}

async function enter(places: ImportPlaces, entry: ImportKey): Promise<ApiRecord> {
  if (entry.apiId === ROOT_API_ID) {
    throw new RefusedError(
      'BUILT_IN',
      'Root keys cannot be imported. Create new ones with POST /v1/keys or `claviger root-keys create`.',
    );
  }
  return places.enter(entry);
}

function candidate(
  { peppers }: Context,
  caller: Caller,
  api: ApiRecord,
  entry: ImportKey,
  nowMs: number,
): Candidate {
  const credentials = importedCredentials(api, entry);
  const createdAt = entry.createdAt === undefined ? nowMs : msOf(entry.createdAt);
  const faults = [...createdFaults(createdAt, nowMs), ...credentials.faults];
  const { publicKey, hint, halves } = credentials;
  const key: KeyRecord = {
    ...newKey(caller, api, entry, { nowMs, createdAt }, faults),
    publicKey,
    hint,
  };
  const secrets = secretsOf(peppers, key, credentials, nowMs);
  const digests = halves.flatMap(({ tokenHash }) =>
    peppers.digests(tokenHash).map(({ digest }) => digest),
  );
  return { api, row: { key, secrets, credits: newCredits(entry.credits, nowMs) }, digests };
}

function createdFaults(createdAt: number, nowMs: number): Fault[] {
  if (createdAt >= 0 && createdAt <= nowMs) return [];
  const message = createdAt < 0 ? 'must not lie before 1970' : 'must not lie in the future';
  return [{ pointer: '/createdAt', message }];
}

const digestsOf = (each: Candidate | RefusedError): readonly Buffer[] =>
  each instanceof RefusedError ? [] : each.digests;

/** The last two things that can be wrong with it depend on the entries before. */
async function admit(
  places: ImportPlaces,
  taken: Set<string>,
  admitted: Candidate,
): Promise<Candidate> {
  const digests = admitted.digests.map((digest) => digest.toString('hex'));
  if (digests.some((digest) => taken.has(digest))) {
    throw new RefusedError(
      'ALREADY_KNOWN',
      'A key with this hash is here already, or came earlier in this import. Leave the entry out.',
    );
  }
  await places.takeRoom(admitted.api, admitted.row.key.organizationId);
  for (const digest of digests) taken.add(digest);
  return admitted;
}

function recordOf(caller: Caller, { key, secrets, credits }: NewKey, nowMs: number) {
  const nothingUsed = { lastUsedAt: null, secretLastUsedAt: new Map<string, number>() };
  const deed = {
    action: 'key.imported',
    target: auditTarget.key(key),
    before: null,
    after: presentKey({ key, secrets, credits, ...nothingUsed }, nowMs),
    digests: secrets.map(({ digest }) => digest.toString('hex')),
  } as const;
  return mutation(caller, nowMs, deed, null);
}

/** What is refused is a value here: the other entries go on. */
async function orRefusal<Value>(run: () => Promise<Value>): Promise<Value | RefusedError> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
}

/** Faults told of one entry: whoever mends ten sees the rest at the next try. */
const MAX_TOLD_FAULTS = 10;
/** Names of fields come from the entry, and may be as long as it. */
const MAX_MESSAGE_LENGTH = 1_000;

/** Why an entry failed, in one bounded line. */
export function importFailureOf({
  code,
  message,
  faults,
}: RefusedError): Omit<ImportFailure, 'index'> {
  const more = faults.length - MAX_TOLD_FAULTS;
  const told =
    more > 0
      ? `${new InvalidRequestError(faults.slice(0, MAX_TOLD_FAULTS)).message}; and ${more} more`
      : message;
  return { code, message: told.slice(0, MAX_MESSAGE_LENGTH).toWellFormed() };
}
