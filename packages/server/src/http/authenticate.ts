import {
  ROOT_API_ID,
  sufficient,
  suffices,
  type Refused,
  type RootPermission,
  type Verify,
} from '@claviger/contract';
import {
  EVERYWHERE,
  grantsOf,
  presentJudgement,
  scopeOfRootKey,
  type Caller,
  type Claviger,
  type Identified,
  type Judgement,
  type LogSource,
  type Scope,
} from '@claviger/core';
import { UnauthorizedError } from './refusals.ts';

/** Where a request came from, for the audit log and the log of requests. */
export interface Source extends LogSource {
  readonly requestId: string;
}

/**
 * The root key behind a management call: an ordinary key of the built-in API, verified by the same
 * engine. Answers at once when the key is in memory. `ip`: the caller's, which the key may be bound to.
 * Throws `UnauthorizedError` when there is no credential.
 */
export function judgeRootKey(
  { verifier }: Claviger,
  token: string | null,
  permission: RootPermission,
  ip: string | null,
): Judgement | Promise<Judgement> {
  if (token === null) throw credentialMissing();
  return verifier.judge(
    {
      token,
      apiId: ROOT_API_ID,
      permissions: askedFor(permission),
      resources: {},
      cost: 1,
      ...(ip !== null && { ip }),
    },
    EVERYWHERE,
  );
}

function askedFor(permission: RootPermission): Verify['permissions'] {
  const anyOf = sufficient(permission);
  return anyOf.length === 1 ? [permission] : { anyOf: [...anyOf] };
}

/** What is asked of root keys for verifying others. */
const VERIFYING = 'keys:verify' satisfies RootPermission;

/**
 * Puts a root key's verification on record. Not one that was let in to verify other keys: its entry would
 * say nothing that theirs, right beside it, do not.
 */
export function recordRootKey(
  { logs, clock }: Claviger,
  { secret, refusal, question }: Judgement,
  permission: RootPermission,
  token: string,
  source: Source,
  durationMs: number,
): void {
  if (refusal === null && permission === VERIFYING) return;
  const { apiId, environment, permissions } = question;
  const asked = { apiId, environment, permissions };
  const nowMs = clock.now();
  logs.recordPresented({ secret, refusal, ...asked, token, source, nowMs, durationMs });
}

/** Throws `UnauthorizedError` when it was refused. */
export function rootScope(judgement: Judgement): Scope {
  const { secret, refusal } = judgement;
  if (refusal !== null || secret === null) {
    throw UnauthorizedError.of(presentJudgement(judgement) as Refused, ROOT_API_ID);
  }
  const { resources } = secret.key.rules;
  return resources === null ? EVERYWHERE : scopeOfRootKey(resources);
}

/** Throws `UnauthorizedError` when it was refused. */
export function rootCaller(judgement: Judgement, { ip, requestId }: Source): Caller {
  const scope = rootScope(judgement);
  const { key } = judgement.secret as NonNullable<Judgement['secret']>;
  const actor = { type: 'rootKey', id: key.id } as const;
  return { actor, permissions: grantsOf(key), scope, ip, requestId };
}

/**
 * A root key that was let in before, in the middle of a long request: accepted still, and with what it
 * holds now? Costs none of its rate limit. Throws `UnauthorizedError`.
 */
export async function recheckRootKey(
  { verifier }: Claviger,
  token: string,
  permission: RootPermission,
  source: Source,
): Promise<Caller> {
  const { decision } = await verifier.identify(token, source);
  if (!decision.valid) throw UnauthorizedError.of(decision, ROOT_API_ID);
  const { permissions, resources } = decision;
  if (!suffices(permissions, permission)) {
    throw new UnauthorizedError(
      'INSUFFICIENT_PERMISSIONS',
      `This root key does not hold ${permission} any more.`,
      ROOT_API_ID,
    );
  }
  const actor = { type: 'rootKey', id: decision.keyId } as const;
  const { ip, requestId } = source;
  return { actor, permissions, scope: scopeOfRootKey(resources), ip, requestId };
}

/** The presented key of whatever API, acting on itself alone. Throws `UnauthorizedError`. */
export async function authenticateAnyKey(
  { verifier }: Claviger,
  token: string | null,
  source: Source,
): Promise<{ caller: Caller; keyId: string; type: Identified['type'] }> {
  if (token === null) throw credentialMissing();
  const { decision, type } = await verifier.identify(token, source);
  if (!decision.valid) throw UnauthorizedError.of(decision, decision.apiId ?? ROOT_API_ID);
  const actor = { type: 'key', id: decision.keyId } as const;
  const { ip, requestId } = source;
  const caller = { actor, permissions: decision.permissions, scope: EVERYWHERE, ip, requestId };
  return { caller, keyId: decision.keyId, type };
}

function credentialMissing(): UnauthorizedError {
  return new UnauthorizedError(
    'CREDENTIAL_MISSING',
    'No API key was presented. Send it as Authorization: Bearer <key> or X-API-Key: <key>.',
    ROOT_API_ID,
  );
}
