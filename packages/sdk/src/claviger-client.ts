import type {
  Api,
  ApiChanged,
  BulkKeysInput,
  countKeysQuery,
  CreateKeyInput,
  Decision,
  Deleted,
  DeleteKeysInput,
  ImportKeyInput,
  ImportLine,
  Key,
  KeyChanged,
  KeyCount,
  KeyCreated,
  KeyKind,
  KeyList,
  KeyReplaced,
  KeysTouched,
  KeysImported,
  listApisQuery,
  listKeysQuery,
  listOrganizationsQuery,
  MemberRemoved,
  Organization,
  OrganizationChanged,
  PatchKey,
  PatchOrganization,
  PutApiInput,
  PutOrganization,
  RevokeKey,
  rotateKeyBody,
  SecretIssued,
  VerifyInput,
} from '@claviger/contract';
import { AuditEventsClient } from './audit-events-client.ts';
import { importKeys, type ImportOptions } from './import.ts';
import { listing, type Listing, type Query } from './listing.ts';
import { LeaksClient } from './leaks-client.ts';
import { LogsClient } from './logs-client.ts';
import { InsightsClient } from './insights-client.ts';
import {
  InvitationsClient,
  MembersClient,
  RecoveriesClient,
  type RemoveMemberOptions,
} from './members-client.ts';
import { ResourcesClient } from './resources-client.ts';
import { WebhooksClient } from './webhooks-client.ts';
import { Transport, type Call, type ClientOptions, type OnceOptions } from './transport.ts';
import { UsageClient } from './usage-client.ts';

export type ListApisOptions = Query<typeof listApisQuery>;
export type ListOrganizationsOptions = Query<typeof listOrganizationsQuery>;
/** With `'metadata.<name>': '<value>'` for top-level entries of the metadata. */
export type ListKeysOptions = Query<typeof listKeysQuery> & {
  readonly [filter: `metadata.${string}`]: string;
};
export type CountKeysOptions = Query<typeof countKeysQuery> & {
  readonly [filter: `metadata.${string}`]: string;
};
export type RotateKeyOptions = (typeof rotateKeyBody)['_zod']['input'];

/**
 * The client of Claviger's HTTP API. Every method resolves with the answer's body and rejects with
 * `ClavigerError`.
 *
 * @example
 * const client = new ClavigerClient({ baseUrl: 'http://127.0.0.1:8787', key: process.env.CLAVIGER_ROOT_KEY });
 * const { key, secret } = await client.keys.create({ apiId: 'interact', organizationId: 'acme', name: 'Nightly export', permissions: ['agent_jobs_read'] });
 * const decision = await client.verify({ token: secret, apiId: 'interact' });
 */
export class ClavigerClient {
  readonly apis: ApisClient;
  readonly organizations: OrganizationsClient;
  readonly keys: KeysClient;
  readonly leaks: LeaksClient;
  readonly logs: LogsClient;
  readonly usage: UsageClient;
  readonly insights: InsightsClient;
  readonly auditEvents: AuditEventsClient;
  readonly webhooks: WebhooksClient;
  readonly recoveries: RecoveriesClient;
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    this.#transport = new Transport(options);
    this.apis = new ApisClient(this.#transport);
    this.organizations = new OrganizationsClient(this.#transport);
    this.keys = new KeysClient(this.#transport);
    this.leaks = new LeaksClient(this.#transport);
    this.logs = new LogsClient(this.#transport);
    this.usage = new UsageClient(this.#transport);
    this.insights = new InsightsClient(this.#transport);
    this.auditEvents = new AuditEventsClient(this.#transport);
    this.webhooks = new WebhooksClient(this.#transport);
    this.recoveries = new RecoveriesClient(this.#transport);
  }

  /** Decides on a presented key. A refusal is an answer, not an error. */
  verify(ask: VerifyInput): Promise<Decision> {
    return this.#transport.send({ method: 'POST', path: '/v1/keys/verify', body: ask });
  }

  /** Up to 1,000 decisions, in the order they were asked for. */
  async verifyBatch(asks: readonly VerifyInput[]): Promise<Decision[]> {
    const body = { verifications: asks };
    const call: Call = { method: 'POST', path: '/v1/keys/verify-batch', body };
    return (await this.#transport.send<{ data: Decision[] }>(call)).data;
  }

  /** The key this client presents, described by itself. */
  me(): Promise<Key> {
    return this.#transport.send({ method: 'GET', path: '/v1/me' });
  }

  /** Revokes the key this client presents. */
  revokeMe(body: RevokeKey = {}): Promise<KeyChanged> {
    return this.#transport.send({ method: 'POST', path: '/v1/me/revoke', body });
  }
}

/**
 * An answer with the new secret. A publishable key has none but a `publicKey`: name the kind where a call
 * cannot tell it, as in `rotate<'publishable'>(id)`.
 */
export type Issued<Answer extends { secret?: string | undefined }, Kind = 'secret'> = Omit<
  Answer,
  'secret' | 'publicKey'
> &
  ([Kind] extends ['publishable']
    ? { readonly secret?: undefined; readonly publicKey: string }
    : { readonly secret: string; readonly publicKey?: string });

const segment = encodeURIComponent;

class ApisClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Creates or replaces the definition. */
  put(apiId: string, body: PutApiInput): Promise<ApiChanged> {
    return this.#transport.send({ method: 'PUT', path: `/v1/apis/${segment(apiId)}`, body });
  }

  get(apiId: string): Promise<Api> {
    return this.#transport.send({ method: 'GET', path: `/v1/apis/${segment(apiId)}` });
  }

  list(options: ListApisOptions = {}): Listing<Api> {
    return listing(this.#transport, '/v1/apis', options);
  }

  /** Refused while it has keys. */
  delete(apiId: string): Promise<Deleted> {
    return this.#transport.send({ method: 'DELETE', path: `/v1/apis/${segment(apiId)}` });
  }
}

class OrganizationsClient {
  readonly resources: ResourcesClient;
  readonly members: MembersClient;
  readonly invitations: InvitationsClient;
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.resources = new ResourcesClient(transport);
    this.members = new MembersClient(transport);
    this.invitations = new InvitationsClient(transport);
  }

  /** Creates or renames. */
  put(organizationId: string, body: PutOrganization): Promise<OrganizationChanged> {
    return this.#transport.send({ method: 'PUT', path: organizationPath(organizationId), body });
  }

  get(organizationId: string): Promise<Organization> {
    return this.#transport.send({ method: 'GET', path: organizationPath(organizationId) });
  }

  list(options: ListOrganizationsOptions = {}): Listing<Organization> {
    return listing(this.#transport, '/v1/organizations', options);
  }

  /** Renames, suspends (`{ suspended: true }`) or resumes. */
  update(organizationId: string, body: PatchOrganization): Promise<OrganizationChanged> {
    return this.#transport.send({ method: 'PATCH', path: organizationPath(organizationId), body });
  }

  /** Refused while it has keys. */
  delete(organizationId: string): Promise<Deleted> {
    return this.#transport.send({ method: 'DELETE', path: organizationPath(organizationId) });
  }

  /** Whoever is signed in stops being a member; a key belongs to nobody and leaves nothing. */
  leave(organizationId: string, options: RemoveMemberOptions = {}): Promise<MemberRemoved> {
    const path = `/v1/session/memberships/${segment(organizationId)}`;
    return this.#transport.send({ method: 'DELETE', path, query: { ...options } });
  }
}

const organizationPath = (id: string): string => `/v1/organizations/${segment(id)}`;

class KeysClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The answer holds the secret: the only time it is shown. */
  create<const Body extends CreateKeyInput>(
    body: Body,
    { idempotencyKey }: OnceOptions = {},
  ): Promise<Issued<KeyCreated, Body['kind']>> {
    return this.#transport.send({ method: 'POST', path: '/v1/keys', body, idempotencyKey });
  }

  /**
   * Imports keys that were issued elsewhere, any number, and yields what became of each, in their order;
   * the last line sums up.
   *
   * @example
   * for await (const line of client.keys.import(entries)) {
   *   if ('code' in line) console.error(`entry ${line.index}: ${line.message}`);
   * }
   */
  import(
    entries: Iterable<ImportKeyInput> | AsyncIterable<ImportKeyInput>,
    options: ImportOptions = {},
  ): AsyncGenerator<ImportLine, undefined> {
    return importKeys(this.#transport, entries, options);
  }

  /** Imports few keys in one call: at most 10,000, and 8 MiB. */
  importBatch(keys: readonly ImportKeyInput[]): Promise<KeysImported> {
    return this.#transport.send({ method: 'POST', path: '/v1/keys/import', body: { keys } });
  }

  get(keyId: string): Promise<Key> {
    return this.#transport.send({ method: 'GET', path: keyPath(keyId) });
  }

  /** Awaited, a page with `previousCursor` beside `nextCursor`. */
  list(options: ListKeysOptions = {}): Listing<Key, KeyList> {
    return listing(this.#transport, '/v1/keys', options);
  }

  /** How many keys the list has with these filters. */
  count(options: CountKeysOptions = {}): Promise<KeyCount> {
    return this.#transport.send({ method: 'GET', path: '/v1/keys/count', query: options });
  }

  /** Changes the fields that are given. */
  update(keyId: string, body: PatchKey): Promise<KeyChanged> {
    return this.#transport.send({ method: 'PATCH', path: keyPath(keyId), body });
  }

  /** A new secret; those there were stay valid until the overlap ends. */
  rotate<Kind extends KeyKind = 'secret'>(
    keyId: string,
    body: RotateKeyOptions = {},
    options: OnceOptions = {},
  ): Promise<Issued<SecretIssued, Kind>> {
    return this.#do(keyId, 'rotate', body, options);
  }

  /** A new secret; every other one is dead when this resolves. */
  regenerate<Kind extends KeyKind = 'secret'>(
    keyId: string,
    options: OnceOptions = {},
  ): Promise<Issued<SecretIssued, Kind>> {
    return this.#do(keyId, 'regenerate', {}, options);
  }

  /** A new key with what this one has, but for the fields given. Both are valid until this one is revoked. */
  replace<Kind extends KeyKind = 'secret'>(
    keyId: string,
    changes: PatchKey = {},
    options: OnceOptions = {},
  ): Promise<Issued<KeyReplaced, Kind>> {
    return this.#do(keyId, 'replace', changes, options);
  }

  disable(keyId: string): Promise<KeyChanged> {
    return this.#do(keyId, 'disable', {});
  }

  enable(keyId: string): Promise<KeyChanged> {
    return this.#do(keyId, 'enable', {});
  }

  /** When this resolves with `effective.everywhere`, nobody accepts the key any more. */
  revoke(keyId: string, body: RevokeKey = {}): Promise<KeyChanged> {
    return this.#do(keyId, 'revoke', body);
  }

  delete(keyId: string): Promise<Deleted> {
    return this.#transport.send({ method: 'DELETE', path: keyPath(keyId) });
  }

  /**
   * Revokes, disables or enables every key that the filter means; `dryRun` tells which. A run over very many
   * keys takes longer than a call usually may: give the client a `timeoutMs`. The same call again does what is left.
   */
  bulk(body: BulkKeysInput): Promise<KeysTouched> {
    return this.#transport.send({ method: 'POST', path: '/v1/keys/bulk', body });
  }

  /** Deletes every key that the filter means, for good; `dryRun` tells which. As `bulk`. */
  deleteMany(body: DeleteKeysInput): Promise<KeysTouched> {
    return this.#transport.send({ method: 'POST', path: '/v1/keys/bulk-delete', body });
  }

  /** Ends the overlap of a replaced secret early. */
  endSecret(keyId: string, secretId: string): Promise<KeyChanged> {
    const path = `${keyPath(keyId)}/secrets/${segment(secretId)}`;
    return this.#transport.send({ method: 'DELETE', path });
  }

  #do<Result>(
    keyId: string,
    action: string,
    body: unknown,
    { idempotencyKey }: OnceOptions = {},
  ): Promise<Result> {
    const path = `${keyPath(keyId)}/${action}`;
    return this.#transport.send({ method: 'POST', path, body, idempotencyKey });
  }
}

const keyPath = (id: string): string => `/v1/keys/${segment(id)}`;
