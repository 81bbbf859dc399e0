import type { Transaction } from '../../src/ports/committer.ts';
import type {
  ApiRecord,
  KeyRecord,
  OrganizationRecord,
  SecretRecord,
} from '../../src/ports/records.ts';
import type { Storage } from '../../src/ports/storage.ts';
import type { UsageBatch } from '../../src/ports/usage-store.ts';
import { anApi, anOrganization } from './records.ts';

export interface Seed {
  readonly apis?: readonly ApiRecord[];
  readonly organizations?: readonly OrganizationRecord[];
  readonly keys?: readonly KeyRecord[];
  readonly secrets?: readonly SecretRecord[];
}

/** Writes records, with the API and the organization that `aKey()` belongs to unless others are given. */
export function seed(storage: Storage, records: Seed = {}): Promise<void> {
  const { apis = [anApi()], organizations = [anOrganization()], keys = [], secrets = [] } = records;
  return write(storage, async (tx) => {
    for (const api of apis) await tx.putApi(api);
    for (const organization of organizations) await tx.putOrganization(organization);
    for (const key of keys) await tx.insertKey(key);
    for (const secret of secrets) await tx.insertSecret(secret);
  });
}

/** Commits without audit events and changes. */
export async function write<Result>(
  storage: Storage,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const { result } = await storage.committer.commit(async (tx) => ({
    result: await work(tx),
    events: [],
    changes: [],
  }));
  return result;
}

export function recordUsage(storage: Storage, batch: Partial<UsageBatch>): Promise<void> {
  return storage.usage.record({ counts: [], keys: [], secrets: [], redigests: [], ...batch });
}
