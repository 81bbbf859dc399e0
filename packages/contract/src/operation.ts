import type { z } from 'zod';
import type { ProblemCode } from './problems.ts';
import type { RootPermission } from './root-permissions.ts';

export const BODY_LIMIT_BYTES = 64 * 1024;
export const BULK_BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/** What may stand in `Idempotency-Key`: 1 to 255 characters of printable ASCII. */
export const IDEMPOTENCY_KEY_PATTERN = /^[\x20-\x7e]{1,255}$/;

export type OperationTag =
  | 'APIs'
  | 'Organizations'
  | 'Keys'
  | 'Verification'
  | 'For any key'
  | 'Logs'
  | 'Usage'
  | 'Insights'
  | 'Audit'
  | 'Webhooks'
  | 'Leaks'
  | 'Members'
  | 'Accounts';

/** One HTTP operation: what the router, the OpenAPI document and the clients are all made from. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** With parameters in braces: `/v1/keys/{keyId}`. */
  readonly path: `/${string}`;
  readonly tag: OperationTag;
  readonly summary: string;
  readonly description?: string;
  /**
   * The root permission that the presented key, or the role of the person who signed in, must hold; `any`:
   * any valid key of any API; `session`: whoever signed in; `none`: open to everyone, so that its command
   * has to bound what a stranger can make it do.
   */
  readonly permission: RootPermission | 'any' | 'session' | 'none';
  /** It shows or ends a secret, or gives access: by a session only soon after signing in, as a screen left open is not its owner. */
  readonly freshSignIn?: true;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodType<Record<string, unknown>>;
  readonly body?: z.ZodType;
  readonly bodyLimitBytes?: number;
  /** Taken as `application/x-ndjson` too: one entry a line, and an answer that comes line by line. */
  readonly lines?: { readonly entry: z.ZodType; readonly answer: z.ZodType };
  /** What `body` is documented as where its entries are checked one by one, each failing alone. */
  readonly documentedBody?: z.ZodType;
  /** Takes `Idempotency-Key`: done once, however often it is sent. Its command has to `commit` in the context given. */
  readonly idempotent?: true;
  /** `202`: taken note of, and nothing is said about what comes of it. */
  readonly success: { readonly status: 200 | 201 | 202; readonly schema: z.ZodType };
  /** Answers entries of the schema one after the other, in the format of `exportQuery`, instead of one JSON document. */
  readonly exported?: true;
  /** What it may answer beyond what every operation may: 400, 401, 403, 503. */
  readonly problems: readonly ProblemCode[];
}

type Asked = Operation['permission'];

/** Whether a root key, or a role, has to hold it: whoever is let in by anything else holds nothing. */
export const isRootPermission = (permission: Asked): permission is RootPermission =>
  permission !== 'any' && permission !== 'session' && permission !== 'none';

/** Whether a key lets anybody in. */
export const takesKeys = (permission: Asked): boolean =>
  permission === 'any' || isRootPermission(permission);

/** Whether the session of a person lets anybody in. */
export const takesSessions = (permission: Asked): boolean =>
  permission === 'session' || isRootPermission(permission);
