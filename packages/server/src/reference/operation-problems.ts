import {
  isRootPermission,
  type Operation,
  type ProblemCode,
  problemCodes,
  problems,
  takesKeys,
  takesSessions,
} from '@claviger/contract';
import { z } from 'zod';

/** Any request can be refused in these ways before its operation is looked at. */
const ANY_CALL: readonly ProblemCode[] = [
  'INVALID_REQUEST',
  'INTERNAL_ERROR',
  'STORAGE_UNAVAILABLE',
  'OVERLOADED',
];
const ANY_KEY: readonly ProblemCode[] = [
  'CONFLICTING_CREDENTIALS',
  'CREDENTIAL_MISSING',
  'NOT_FOUND',
  'REVOKED',
  'DISABLED',
  'NOT_YET_VALID',
  'EXPIRED',
  'IP_NOT_ALLOWED',
];
/** Of a session in the place of a key. */
const ANY_SESSION: readonly ProblemCode[] = ['SIGN_IN_REQUIRED'];
const ANY_ROLE: readonly ProblemCode[] = [
  'ORGANIZATION_REQUIRED',
  'ROLE_NOT_SUFFICIENT',
  'ORGANIZATION_NOT_FOUND',
];
/** Of whatever API, so perhaps a publishable one. */
const ANY_KEY_AT_ALL: readonly ProblemCode[] = ['ORIGIN_NOT_ALLOWED'];
const ANY_BODY: readonly ProblemCode[] = [
  'MALFORMED_JSON',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
];
/** A root key has permissions, limits and credits; a key that acts on itself spends none of them. */
const ANY_ROOT_KEY: readonly ProblemCode[] = [
  'INSUFFICIENT_PERMISSIONS',
  'RATE_LIMITED',
  'QUOTA_EXCEEDED',
];

/** What a repeat may meet. Where no secret is shown, there is none that could be gone. */
function repeatProblems({ idempotent, success }: Operation): ProblemCode[] {
  if (idempotent !== true) return [];
  const { schema } = success;
  const showsSecret = schema instanceof z.ZodObject && 'secret' in schema.shape;
  return [
    'IDEMPOTENCY_KEY_REUSED',
    'IDEMPOTENCY_IN_PROGRESS',
    ...(showsSecret ? (['SECRET_NO_LONGER_AVAILABLE'] as const) : []),
  ];
}

/** By status and then in the order of the catalog. */
const sorted = (codes: ReadonlySet<ProblemCode>): ProblemCode[] =>
  problemCodes
    .filter((code) => codes.has(code))
    .toSorted((a, b) => problems[a].status - problems[b].status);

/** Every code the operation can answer. */
export function problemCodesOf(operation: Operation): ProblemCode[] {
  const { problems: own, permission, body, method, freshSignIn } = operation;
  const isManaged = isRootPermission(permission);
  return sorted(
    new Set([
      ...own,
      ...ANY_CALL,
      ...repeatProblems(operation),
      ...(takesKeys(permission) ? ANY_KEY : []),
      ...(permission === 'any' ? ANY_KEY_AT_ALL : []),
      ...(isManaged ? [...ANY_ROOT_KEY, ...ANY_ROLE] : []),
      ...(takesSessions(permission) ? ANY_SESSION : []),
      ...(takesSessions(permission) && method !== 'GET' ? (['FOREIGN_ORIGIN'] as const) : []),
      ...(freshSignIn === true ? (['FRESH_SIGN_IN_REQUIRED'] as const) : []),
      ...(body === undefined ? [] : ANY_BODY),
    ]),
  );
}

/** What is not worth saying at every operation, because it holds for them all. */
export const commonProblemCodes: readonly ProblemCode[] = sorted(
  new Set([...ANY_CALL, ...ANY_KEY, ...ANY_ROOT_KEY, ...ANY_SESSION, ...ANY_ROLE, ...ANY_BODY]),
);
