import type { ImportKey } from '@claviger/contract';
import type { Transaction } from '../ports/committer.ts';
import type { ApiRecord } from '../ports/records.ts';
import type { Caller } from '../scope.ts';
import { assertOrganization, visibleApi } from './create-key.ts';
import { assertRoomBeside, countLiveKeys, organizationLock } from './key-limit.ts';

/** The APIs and organizations of a batch, each locked once, and the room that is left in them. */
export class ImportPlaces {
  readonly #tx: Transaction;
  readonly #caller: Caller;
  readonly #nowMs: number;
  readonly #apis = new Map<string, Promise<ApiRecord>>();
  readonly #organizations = new Map<string, Promise<void>>();
  /** Keys that live, by API and organization. */
  readonly #live = new Map<string, number>();

  constructor(tx: Transaction, caller: Caller, nowMs: number) {
    this.#tx = tx;
    this.#caller = caller;
    this.#nowMs = nowMs;
  }

  /** Throws `RefusedError` API_NOT_FOUND, ORGANIZATION_NOT_FOUND. */
  async enter(entry: ImportKey): Promise<ApiRecord> {
    const { apiId, organizationId } = entry;
    const api = await once(this.#apis, apiId, () => visibleApi(this.#tx, this.#caller, apiId));
    const lock = `${organizationLock(api.definition)} ${organizationId}`;
    await once(this.#organizations, lock, () =>
      assertOrganization(this.#tx, this.#caller, entry, api),
    );
    return api;
  }

  /** Takes the room of one key. Throws `RefusedError` KEY_LIMIT_REACHED. */
  async takeRoom(api: ApiRecord, organizationId: string): Promise<void> {
    if (api.definition.maxKeysPerOrganization === null) return;
    const place = `${api.id} ${organizationId}`;
    const live =
      this.#live.get(place) ?? (await countLiveKeys(this.#tx, api, organizationId, this.#nowMs));
    this.#live.set(place, live);
    assertRoomBeside(live, api, organizationId);
    this.#live.set(place, live + 1);
  }
}

/** Asked for once; what it threw is thrown again. */
function once<Value>(
  known: Map<string, Promise<Value>>,
  name: string,
  read: () => Promise<Value>,
): Promise<Value> {
  const found = known.get(name) ?? read();
  known.set(name, found);
  return found;
}
