import type {
  CountKeysQuery,
  FoundSecret,
  KeyStore,
  ListApisQuery,
  ListKeysQuery,
  ListOrganizationsQuery,
} from '../../ports/key-store.ts';
import type { ApiRecord, KeyWithSecrets, OrganizationRecord } from '../../ports/records.ts';
import { listApis, listKeys, listOrganizations, withSecrets } from './memory-query.ts';
import type { TablesView } from './memory-tables.ts';

export class MemoryKeyStore implements KeyStore {
  readonly #tables: TablesView;

  constructor(tables: TablesView) {
    this.#tables = tables;
  }

  async findSecret(digests: readonly Buffer[]): Promise<FoundSecret | null> {
    const { secretIdsByDigest, secrets, keys } = this.#tables;
    for (const digest of digests) {
      const secret = secrets.get(secretIdsByDigest.get(digest.toString('hex')) ?? '');
      const key = keys.get(secret?.keyId ?? '');
      if (secret !== undefined && key !== undefined) return { secret, key };
    }
    return null;
  }

  async getApi(id: string): Promise<ApiRecord | null> {
    return this.#tables.apis.get(id) ?? null;
  }

  async getOrganization(id: string): Promise<OrganizationRecord | null> {
    return this.#tables.organizations.get(id) ?? null;
  }

  async getKey(id: string): Promise<KeyWithSecrets | null> {
    const key = this.#tables.keys.get(id);
    return key === undefined ? null : withSecrets(this.#tables, key);
  }

  async listApis(query: ListApisQuery): Promise<ApiRecord[]> {
    return listApis(this.#tables, query);
  }

  async listOrganizations(query: ListOrganizationsQuery): Promise<OrganizationRecord[]> {
    return listOrganizations(this.#tables, query);
  }

  async listKeys(query: ListKeysQuery): Promise<KeyWithSecrets[]> {
    return listKeys(this.#tables, query);
  }

  async countKeys({ limit, ...query }: CountKeysQuery): Promise<number> {
    const order = { sort: 'createdAt', order: 'asc', after: null } as const;
    return listKeys(this.#tables, { ...query, ...order, limit }).length;
  }
}
