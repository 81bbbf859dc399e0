import {
  ORGANIZATION_HEADER,
  ROOT_API_ID,
  rolePermissions,
  suffices,
  type Operation,
  type Role,
  type RootPermission,
} from '@claviger/contract';
import {
  EVERYWHERE,
  organizationNotFound,
  RefusedError,
  scopeOfMember,
  type Caller,
  type Claviger,
  type Scope,
} from '@claviger/core';
import type { Source } from '../http/authenticate.ts';
import { UnauthorizedError } from '../http/refusals.ts';
import type { Surface } from '../surface.ts';
import type { Accounts, SignedIn } from './create-accounts.ts';
import { FRESH_MS } from './fresh.ts';

/**
 * Who signed in, as a caller of the operation. Throws `UnauthorizedError` SIGN_IN_REQUIRED, `RefusedError`:
 * FOREIGN_ORIGIN, FRESH_SIGN_IN_REQUIRED, ORGANIZATION_REQUIRED, ORGANIZATION_NOT_FOUND, ROLE_NOT_SUFFICIENT.
 */
export async function sessionCaller(
  surface: Surface,
  operation: Operation,
  headers: Headers,
  source: Source,
): Promise<Caller> {
  const { accounts, claviger } = surface;
  if (operation.method !== 'GET') assertOwnOrigin(accounts, headers);
  const signedIn = await identify(accounts, headers);
  const caller = await callerOf(surface, operation, signedIn, headers, source);
  if (operation.freshSignIn === true) assertFresh(claviger, signedIn);
  return caller;
}

/** Throws `RefusedError` FRESH_SIGN_IN_REQUIRED. */
export function assertFresh({ clock }: Claviger, { signedInAt }: SignedIn): void {
  if (clock.now() - signedInAt < FRESH_MS) return;
  throw new RefusedError(
    'FRESH_SIGN_IN_REQUIRED',
    'This shows or ends a secret, gives somebody access, or changes how somebody signs in. Sign in again, then repeat it within 10 minutes.',
  );
}

/** Somebody who was let in before, in the middle of a long request: signed in still, and in which role? Throws as `sessionCaller`. */
export async function recheckSession(
  surface: Surface,
  operation: Operation,
  headers: Headers,
  source: Source,
): Promise<Caller> {
  const signedIn = await identify(surface.accounts, headers);
  return callerOf(surface, operation, signedIn, headers, source);
}

export async function identify(accounts: Accounts, headers: Headers): Promise<SignedIn> {
  const signedIn = await accounts.identify(headers);
  if (signedIn !== null) return signedIn;
  throw new UnauthorizedError(
    'SIGN_IN_REQUIRED',
    'Nobody is signed in, or the session has ended. Sign in.',
    ROOT_API_ID,
  );
}

async function callerOf(
  surface: Surface,
  { permission }: Operation,
  signedIn: SignedIn,
  headers: Headers,
  { ip, requestId }: Source,
): Promise<Caller> {
  const actor = { type: 'user', id: signedIn.user.id } as const;
  // Says of somebody who they are, and reaches nothing.
  if (permission === 'session') {
    return { actor, permissions: [], scope: { ...EVERYWHERE, organizations: [] }, ip, requestId };
  }
  const { role, scope } = await placeOf(surface, signedIn, headers);
  const permissions = rolePermissions[role];
  if (!suffices(permissions, permission as RootPermission)) {
    throw new RefusedError(
      'ROLE_NOT_SUFFICIENT',
      `This asks for ${permission}, which the role ${role} does not hold.`,
    );
  }
  return { actor, permissions, scope, ip, requestId };
}

interface PlaceOfCaller {
  readonly role: Role;
  readonly scope: Scope;
}

/** The role in the organization that the request names. Somebody else's is unknown. */
async function placeOf(
  { claviger: { storage } }: Surface,
  { user }: SignedIn,
  headers: Headers,
): Promise<PlaceOfCaller> {
  const organizationId = headers.get(ORGANIZATION_HEADER) ?? '';
  if (user.operator) {
    const organizations = organizationId === '' ? null : [organizationId];
    return { role: 'operator', scope: { ...EVERYWHERE, organizations } };
  }
  if (organizationId === '') {
    throw new RefusedError(
      'ORGANIZATION_REQUIRED',
      `Name the organization in ${ORGANIZATION_HEADER}; GET /v1/session lists yours.`,
    );
  }
  const member = await storage.accounts.getMember(organizationId, user.id);
  if (member === null) throw organizationNotFound(organizationId);
  return { role: member.role, scope: scopeOfMember(member) };
}

/** Browsers send cookies along with what other sites ask for, and then say who asked. Throws `RefusedError` FOREIGN_ORIGIN. */
export function assertOwnOrigin({ origin }: Accounts, headers: Headers): void {
  if (headers.get('origin') === origin) return;
  throw new RefusedError(
    'FOREIGN_ORIGIN',
    `The request must carry "Origin: ${origin}", the origin of the public address.`,
  );
}
