import {
  putApiBody,
  ROOT_API_ID,
  ROOT_ORGANIZATION_ID,
  rootPermissions,
  type CreateKey,
} from '@claviger/contract';
import { ROOT_PREFIX } from './apis/api-rules.ts';
import { auditTarget } from './audit/audit-target.ts';
import { canonicalJson } from './audit/canonical-json.ts';
import { commit, mutation, unchanged, type Context } from './context.ts';
import { createKey } from './keys/create-key.ts';
import type { ApiRecord, OrganizationRecord } from './ports/records.ts';
import { EVERYWHERE, type Caller } from './scope.ts';

/** The API whose keys are root keys. `full-access` follows the catalog as later versions extend it. */
const rootDefinition = putApiBody.parse({
  name: 'Claviger',
  formats: { secret: { prefix: ROOT_PREFIX, length: 48 } },
  permissions: rootPermissions,
  presets: [
    { id: 'full-access', name: 'Full access', grants: 'all' },
    { id: 'read-only', name: 'Read only', grants: 'read' },
    { id: 'verify-only', name: 'Verify only', grants: { permissions: ['keys:verify'] } },
  ],
  // What `scopeOfRootKey` reads.
  resourceTypes: [
    { id: 'api', name: 'API' },
    { id: 'organization', name: 'Organization' },
    { id: 'environment', name: 'Environment' },
  ],
  // Whoever found it could do everything with it, and another is made in a second.
  onLeak: { action: 'revoke' },
});

/** The program itself, acting for the operator of the machine: it holds everything. */
export function systemCaller(id: string): Caller {
  return {
    actor: { type: 'system', id },
    permissions: rootPermissions.map((permission) => permission.id),
    scope: EVERYWHERE,
    ip: null,
    requestId: null,
  };
}

/** Writes the built-in API and organization where they are missing or of an older version. */
export async function ensureBuiltIns(context: Context): Promise<void> {
  const caller = systemCaller('start');
  await commit(context, async (tx) => {
    const before = await tx.lockApi(ROOT_API_ID, 'write');
    if (before !== null && canonicalJson(before.definition) === canonicalJson(rootDefinition)) {
      return unchanged({});
    }
    const nowMs = context.clock.now();
    const api: ApiRecord = {
      id: ROOT_API_ID,
      definition: rootDefinition,
      createdAt: before?.createdAt ?? nowMs,
      updatedAt: nowMs,
    };
    await tx.putApi(api);
    const deed = {
      action: 'api.built_in',
      target: auditTarget.api(ROOT_API_ID),
      before: before?.definition ?? null,
      after: rootDefinition,
    };
    return mutation(caller, nowMs, deed, {});
  });
  await commit(context, async (tx) => {
    if ((await tx.lockOrganization(ROOT_ORGANIZATION_ID, 'write')) !== null) return unchanged({});
    const nowMs = context.clock.now();
    const times = { createdAt: nowMs, updatedAt: nowMs };
    const organization: OrganizationRecord = {
      id: ROOT_ORGANIZATION_ID,
      name: 'Claviger',
      suspended: false,
      ...times,
    };
    await tx.putOrganization(organization);
    const deed = {
      action: 'organization.built_in',
      target: auditTarget.organization(ROOT_ORGANIZATION_ID),
      before: null,
      after: { ...organization },
    };
    return mutation(caller, nowMs, deed, {});
  });
}

/** Whether any root key was ever created. Revoked ones count: the operator knew how. */
export async function hasRootKey({ storage, clock }: Context): Promise<boolean> {
  const filter = { apiIds: [ROOT_API_ID], organizationIds: null, environments: null } as const;
  const any = {
    status: null,
    kind: null,
    permission: null,
    resource: null,
    ownerIds: null,
    replacesKeyId: null,
    ids: null,
    text: null,
  };
  const times = {
    lastUsedBefore: null,
    createdBefore: null,
    expiresAfter: null,
    expiresBefore: null,
  };
  const found = await storage.keys.listKeys({
    filter: { ...filter, ...any, ...times, metadata: {} },
    sort: 'createdAt',
    order: 'desc',
    after: null,
    limit: 1,
    nowMs: clock.now(),
  });
  return found.length > 0;
}

/** What a root key is made from: all rights everywhere unless said otherwise. */
export type NewRootKey = Pick<CreateKey, 'name'> &
  Partial<Pick<CreateKey, 'permissions' | 'preset' | 'resources' | 'expiresAt'>>;

/** Creates a root key on behalf of the operator of the machine. */
export async function createRootKey(context: Context, { name, ...rest }: NewRootKey, by: string) {
  const { secret = '', ...answer } = await createKey(context, systemCaller(by), {
    apiId: ROOT_API_ID,
    organizationId: ROOT_ORGANIZATION_ID,
    name,
    kind: 'secret',
    permissions: rest.permissions ?? [],
    preset: rest.preset ?? (rest.permissions === undefined ? 'full-access' : null),
    description: null,
    allowedOrigins: [],
    allowedIps: [],
    resources: rest.resources ?? {},
    rateLimits: [],
    credits: null,
    ...(rest.expiresAt !== undefined && { expiresAt: rest.expiresAt }),
    notBefore: null,
    ownerId: null,
    metadata: {},
  });
  return { ...answer, secret };
}
