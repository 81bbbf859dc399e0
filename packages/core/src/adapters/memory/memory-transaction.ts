import type { MemberRole } from '@claviger/contract';
import {
  leakReporters,
  MAX_EXAMPLES,
  type CountFilter,
  type Holders,
  type Holdings,
  type LeakReport,
  type NewKey,
  type Transaction,
} from '../../ports/committer.ts';
import type { IdempotentAnswer } from '../../ports/idempotent-answers.ts';
import type {
  ApiRecord,
  CreditsRecord,
  KeyRecord,
  KeyWithSecrets,
  OrganizationRecord,
  ResourceId,
  ResourceRecord,
  SecretRecord,
} from '../../ports/records.ts';
import type {
  InvitationRecord,
  MemberRecord,
  NewUser,
  RecoveryGrant,
  UserRecord,
} from '../../ports/account-store.ts';
import type { WebhookRecord } from '../../ports/webhook-store.ts';
import { isScopedTo } from '../../keys/key-matches.ts';
import { resourcePath } from '../../resources/resource-path.ts';
import { holdingsOf } from '../holdings.ts';
import { withoutPassword } from './memory-account-store.ts';
import { secretsOf, withSecrets } from './memory-query.ts';
import { memberPath, SET_UP, type StagedTables } from './memory-tables.ts';

/**
 * Reads and writes staged tables. Works run one after the other, so a row that was read is locked
 * already. Records are copied when they are written: what the caller does with its own later stays out.
 */
export class MemoryTransaction implements Transaction {
  readonly #tables: StagedTables;
  readonly #auditSequence: number;

  constructor(tables: StagedTables, auditSequence: number) {
    this.#tables = tables;
    this.#auditSequence = auditSequence;
  }

  async lockApi(id: string): Promise<ApiRecord | null> {
    return this.#tables.apis.get(id) ?? null;
  }

  async lockOrganization(id: string): Promise<OrganizationRecord | null> {
    return this.#tables.organizations.get(id) ?? null;
  }

  async lockKey(id: string): Promise<KeyWithSecrets | null> {
    const key = this.#tables.keys.get(id);
    return key === undefined ? null : withSecrets(this.#tables, key);
  }

  async lockKeys(ids: readonly string[]): Promise<KeyWithSecrets[]> {
    const keys = ids.toSorted().flatMap((id) => this.#tables.keys.get(id) ?? []);
    return keys.map((key) => withSecrets(this.#tables, key));
  }

  async putApi(api: ApiRecord): Promise<void> {
    this.#tables.apis.set(api.id, structuredClone(api));
  }

  async deleteApi(id: string): Promise<void> {
    this.#assertUnused(({ apiId }) => apiId === id, `API "${id}"`);
    await this.#deleteWebhooks((webhook) => webhook.apiId === id);
    this.#tables.apis.delete(id);
  }

  async putOrganization(organization: OrganizationRecord): Promise<void> {
    this.#tables.organizations.set(organization.id, structuredClone(organization));
  }

  async deleteOrganization(id: string): Promise<void> {
    this.#assertUnused(({ organizationId }) => organizationId === id, `organization "${id}"`);
    for (const resource of this.#tables.resources.values()) {
      if (resource.organizationId === id) await this.deleteResource(resource);
    }
    await this.#deleteWebhooks((webhook) => webhook.organizationId === id);
    for (const member of this.#tables.members.values()) {
      if (member.organizationId === id) this.#tables.members.delete(memberPath(member));
    }
    for (const invitation of this.#tables.invitations.values()) {
      if (invitation.organizationId === id) this.#tables.invitations.delete(invitation.id);
    }
    this.#tables.organizations.delete(id);
  }

  async insertKey(key: KeyRecord): Promise<void> {
    assertFree(this.#tables.keys.get(key.id), 'key id');
    this.#putKey(key);
  }

  async insertKeys(keys: readonly NewKey[]): Promise<void> {
    for (const { key, secrets, credits } of keys) {
      await this.insertKey(key);
      for (const secret of secrets) await this.insertSecret(secret);
      if (credits !== null) await this.putCredits(key.id, credits);
    }
  }

  async updateKey(key: KeyRecord): Promise<void> {
    const before = present(this.#tables.keys.get(key.id), `key ${key.id}`);
    this.#putKey(key);
    if (before.publicKey !== null && before.publicKey !== key.publicKey) {
      this.#tables.keyIdsByPublicKey.delete(before.publicKey);
    }
  }

  async deleteKey(id: string): Promise<void> {
    const key = this.#tables.keys.get(id);
    if (key === undefined) return;
    for (const secret of secretsOf(this.#tables, id)) this.#forgetSecret(secret);
    if (key.publicKey !== null) this.#tables.keyIdsByPublicKey.delete(key.publicKey);
    this.#tables.secretIdsByKey.delete(id);
    this.#tables.keyUses.delete(id);
    this.#tables.credits.delete(id);
    this.#forgetObservations(id);
    this.#tables.keys.delete(id);
  }

  #forgetObservations(keyId: string): void {
    const { permissionUses, networkUses, originUses } = this.#tables;
    for (const rows of [permissionUses, networkUses, originUses]) {
      for (const [slot, row] of rows.entries()) if (row.keyId === keyId) rows.delete(slot);
    }
  }

  async insertSecret(secret: SecretRecord): Promise<void> {
    const { secrets, keys, secretIdsByDigest, secretIdsByKey } = this.#tables;
    const digest = secret.digest.toString('hex');
    assertFree(secrets.get(secret.id), 'secret id');
    assertFree(secretIdsByDigest.get(digest), 'digest');
    present(keys.get(secret.keyId), `key ${secret.keyId}`);
    // Not structuredClone: it makes a plain Uint8Array of a Buffer.
    secrets.set(secret.id, { ...secret, digest: Buffer.from(secret.digest) });
    secretIdsByDigest.set(digest, secret.id);
    secretIdsByKey.set(secret.keyId, [...(secretIdsByKey.get(secret.keyId) ?? []), secret.id]);
  }

  async updateSecret({ id, expiresAt, endedAt }: SecretRecord): Promise<void> {
    const before = present(this.#tables.secrets.get(id), `secret ${id}`);
    this.#tables.secrets.set(id, { ...before, expiresAt, endedAt });
  }

  async deleteSecret(id: string): Promise<void> {
    const { secrets, secretIdsByKey } = this.#tables;
    const secret = secrets.get(id);
    if (secret === undefined) return;
    const siblings = secretIdsByKey.get(secret.keyId) ?? [];
    secretIdsByKey.set(
      secret.keyId,
      siblings.filter((sibling) => sibling !== id),
    );
    this.#forgetSecret(secret);
  }

  async takenDigests(digests: readonly Buffer[]): Promise<ReadonlySet<string>> {
    const { secretIdsByDigest } = this.#tables;
    const asked = digests.map((digest) => digest.toString('hex'));
    return new Set(asked.filter((digest) => secretIdsByDigest.get(digest) !== undefined));
  }

  async countKeys(filter: CountFilter): Promise<number> {
    let count = 0;
    for (const key of this.#tables.keys.values()) {
      if (counts(key, filter)) count++;
    }
    return count;
  }

  async putCredits(keyId: string, credits: CreditsRecord | null): Promise<void> {
    if (credits === null) return this.#tables.credits.delete(keyId);
    present(this.#tables.keys.get(keyId), `key ${keyId}`);
    this.#tables.credits.set(keyId, structuredClone(credits));
  }

  async getResource(id: ResourceId): Promise<ResourceRecord | null> {
    return this.#tables.resources.get(resourcePath(id)) ?? null;
  }

  async putResource(resource: ResourceRecord): Promise<void> {
    const { organizationId } = resource;
    present(this.#tables.organizations.get(organizationId), `organization "${organizationId}"`);
    this.#tables.resources.set(resourcePath(resource), structuredClone(resource));
  }

  async deleteResource(id: ResourceId): Promise<void> {
    this.#tables.resources.delete(resourcePath(id));
  }

  async countResources(organizationId: string, type: string): Promise<number> {
    const all = [...this.#tables.resources.values()];
    return all.filter((one) => one.organizationId === organizationId && one.type === type).length;
  }

  async resourceHolders({ organizationId, type, id }: ResourceId): Promise<Holders> {
    const ids = [...this.#tables.keys.values()]
      .filter((key) => key.organizationId === organizationId && key.state !== 'revoked')
      .filter((key) => isScopedTo(key, { type, id }))
      .map((key) => key.id);
    return { count: ids.length, examples: ids.toSorted().slice(0, MAX_EXAMPLES) };
  }

  async holdings(apiId: string): Promise<Holdings> {
    const keys = [...this.#tables.keys.values()].filter(
      (key) => key.apiId === apiId && key.state !== 'revoked',
    );
    return holdingsOf(
      keys.map((key) => ({
        ...key,
        resourceTypes: Object.keys(key.resources),
        count: 1,
        example: key.id,
      })),
    );
  }

  async lockWebhook(id: string): Promise<WebhookRecord | null> {
    return this.#tables.webhooks.get(id) ?? null;
  }

  async insertUser(user: NewUser): Promise<void> {
    const all = [...this.#tables.users.values()];
    if (all.some(({ email }) => email === user.email)) throw new Error('the e-mail is taken');
    this.#tables.users.set(user.id, { ...user });
  }

  async hasUsers(): Promise<boolean> {
    return [...this.#tables.users.values()].length > 0;
  }

  async putMember(member: MemberRecord): Promise<void> {
    const { organizationId, userId } = member;
    present(this.#tables.organizations.get(organizationId), `organization "${organizationId}"`);
    present(this.#tables.users.get(userId), `user "${userId}"`);
    const before = this.#tables.members.get(memberPath(member));
    const createdAt = before?.createdAt ?? member.createdAt;
    this.#tables.members.set(memberPath(member), { ...member, createdAt });
  }

  async getMember(organizationId: string, userId: string): Promise<MemberRecord | null> {
    return this.#tables.members.get(memberPath({ organizationId, userId })) ?? null;
  }

  async getUser(id: string): Promise<UserRecord | null> {
    const user = this.#tables.users.get(id);
    return user === undefined ? null : withoutPassword(user);
  }

  async findUserByEmail(email: string): Promise<UserRecord | null> {
    const user = [...this.#tables.users.values()].find((each) => each.email === email);
    return user === undefined ? null : withoutPassword(user);
  }

  async setOperator(userId: string, operator: boolean): Promise<void> {
    this.#changeUser(userId, { operator });
  }

  async countOperators(): Promise<number> {
    return [...this.#tables.users.values()].filter((user) => user.operator).length;
  }

  async renameUser(userId: string, name: string): Promise<void> {
    this.#changeUser(userId, { name });
  }

  async noteSignIn(userId: string, at: number): Promise<void> {
    this.#changeUser(userId, { lastSignInAt: at });
  }

  async deleteMember(organizationId: string, userId: string): Promise<void> {
    this.#tables.members.delete(memberPath({ organizationId, userId }));
  }

  async countMembers(organizationId: string, role: MemberRole): Promise<number> {
    const all = [...this.#tables.members.values()];
    return all.filter((one) => one.organizationId === organizationId && one.role === role).length;
  }

  async putInvitation(invitation: InvitationRecord): Promise<void> {
    const { id, organizationId, email, tokenHash } = invitation;
    present(this.#tables.organizations.get(organizationId), `organization "${organizationId}"`);
    const others = [...this.#tables.invitations.values()].filter((other) => other.id !== id);
    assertFree(
      others.find((other) => other.organizationId === organizationId && other.email === email),
      'e-mail',
    );
    assertFree(
      others.find((other) => other.tokenHash === tokenHash),
      'token',
    );
    this.#tables.invitations.set(id, structuredClone(invitation));
  }

  async getInvitation(id: string): Promise<InvitationRecord | null> {
    return this.#tables.invitations.get(id) ?? null;
  }

  async getInvitationOf(organizationId: string, email: string): Promise<InvitationRecord | null> {
    const all = [...this.#tables.invitations.values()];
    return all.find((one) => one.organizationId === organizationId && one.email === email) ?? null;
  }

  async deleteInvitation(id: string): Promise<void> {
    this.#tables.invitations.delete(id);
  }

  async countInvitations(organizationId: string): Promise<number> {
    const all = [...this.#tables.invitations.values()];
    return all.filter((one) => one.organizationId === organizationId).length;
  }

  async insertRecovery(grant: RecoveryGrant): Promise<void> {
    this.#tables.recoveries.set(grant.tokenHash, structuredClone(grant));
  }

  async listRecoveries(userId: string): Promise<RecoveryGrant[]> {
    const all = [...this.#tables.recoveries.values()].filter((grant) => grant.userId === userId);
    return all.toSorted((a, b) => b.createdAt - a.createdAt);
  }

  async takeRecovery(tokenHash: string, nowMs: number): Promise<RecoveryGrant | null> {
    const grant = this.#tables.recoveries.get(tokenHash);
    if (grant === undefined || grant.expiresAt <= nowMs) return null;
    this.#tables.recoveries.delete(tokenHash);
    return grant;
  }

  async deleteRecoveries(userId: string, via?: RecoveryGrant['via']): Promise<void> {
    for (const grant of await this.listRecoveries(userId)) {
      if (via === undefined || grant.via === via) this.#tables.recoveries.delete(grant.tokenHash);
    }
  }

  /** Sessions and second factors are not kept in memory. */
  async recoverUser(userId: string, passwordHash: string): Promise<void> {
    this.#changeUser(userId, { passwordHash });
  }

  async takeSetUpGrant(tokenHash: string, nowMs: number): Promise<boolean> {
    const grant = this.#tables.setUpGrants.get(SET_UP);
    if (grant?.tokenHash !== tokenHash || grant.expiresAt <= nowMs) return false;
    this.#tables.setUpGrants.delete(SET_UP);
    return true;
  }

  async putWebhook(webhook: WebhookRecord): Promise<void> {
    const { apiId, organizationId } = webhook;
    if (apiId !== null) present(this.#tables.apis.get(apiId), `API "${apiId}"`);
    if (organizationId !== null) {
      present(this.#tables.organizations.get(organizationId), `organization "${organizationId}"`);
    }
    this.#tables.webhooks.set(webhook.id, structuredClone(webhook));
  }

  async deleteWebhook(id: string): Promise<void> {
    for (const delivery of this.#tables.deliveries.values()) {
      if (delivery.webhookId === id) this.#tables.deliveries.delete(delivery.id);
    }
    this.#tables.webhooks.delete(id);
  }

  async auditSequence(): Promise<number> {
    return this.#auditSequence;
  }

  async countWebhooks(organizationId: string | null): Promise<number> {
    const all = [...this.#tables.webhooks.values()];
    return all.filter((webhook) => webhook.organizationId === organizationId).length;
  }

  async findAnswer(ids: readonly string[], createdAfter: number): Promise<IdempotentAnswer | null> {
    const found = ids.flatMap((id) => this.#tables.answers.get(id) ?? []);
    return found.find(({ createdAt }) => createdAt > createdAfter) ?? null;
  }

  async insertAnswer(answer: IdempotentAnswer, replaceUpTo: number): Promise<boolean> {
    const before = this.#tables.answers.get(answer.id);
    if (before !== undefined && before.createdAt > replaceUpTo) return false;
    this.#tables.answers.set(answer.id, structuredClone(answer));
    return true;
  }

  async noteLeak(
    { secretId, reporter }: LeakReport,
    at: number,
    unlessAfter: number,
  ): Promise<boolean> {
    const slot = leakSlot(secretId, reporter);
    const before = this.#tables.leakReports.get(slot);
    if (before !== undefined && before > unlessAfter) return false;
    present(this.#tables.secrets.get(secretId), `secret ${secretId}`);
    this.#tables.leakReports.set(slot, at);
    return true;
  }

  /** Everything is checked before anything is written, in case the work catches what is thrown. */
  #putKey(key: KeyRecord): void {
    const { apis, organizations, keys, keyIdsByPublicKey } = this.#tables;
    present(apis.get(key.apiId), `API "${key.apiId}"`);
    present(organizations.get(key.organizationId), `organization "${key.organizationId}"`);
    if (key.publicKey !== null) {
      const holder = keyIdsByPublicKey.get(key.publicKey);
      if (holder !== key.id) assertFree(holder, 'public key');
      keyIdsByPublicKey.set(key.publicKey, key.id);
    }
    keys.set(key.id, structuredClone(key));
  }

  #forgetSecret({ id, digest }: SecretRecord): void {
    this.#tables.secretIdsByDigest.delete(digest.toString('hex'));
    this.#tables.secretUses.delete(id);
    for (const reporter of leakReporters) this.#tables.leakReports.delete(leakSlot(id, reporter));
    this.#tables.secrets.delete(id);
  }

  #changeUser(id: string, change: Partial<NewUser>): void {
    const user = this.#tables.users.get(id);
    if (user !== undefined) this.#tables.users.set(id, { ...user, ...change });
  }

  async #deleteWebhooks(goes: (webhook: WebhookRecord) => boolean): Promise<void> {
    const going = [...this.#tables.webhooks.values()].filter(goes);
    for (const { id } of going) await this.deleteWebhook(id);
  }

  #assertUnused(uses: (key: KeyRecord) => boolean, what: string): void {
    for (const key of this.#tables.keys.values()) {
      if (uses(key)) throw new Error(`the ${what} still has keys`);
    }
  }
}

function counts(key: KeyRecord, filter: CountFilter): boolean {
  if (filter.apiId !== undefined && key.apiId !== filter.apiId) return false;
  if (filter.organizationId !== undefined && key.organizationId !== filter.organizationId) {
    return false;
  }
  if (filter.withRevoked !== true && key.state === 'revoked') return false;
  return filter.liveAt === undefined || key.expiresAt === null || key.expiresAt > filter.liveAt;
}

/** What a unique constraint does in SQL. */
function assertFree(holder: unknown, what: string): void {
  if (holder !== undefined) throw new Error(`this ${what} is taken`);
}

/** What a foreign key does in SQL. */
function present<Row>(row: Row | undefined, what: string): Row {
  if (row === undefined) throw new Error(`there is no ${what}`);
  return row;
}

const leakSlot = (secretId: string, reporter: string): string => `${secretId} ${reporter}`;
