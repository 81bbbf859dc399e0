import { linkProblems } from './link-problems.ts';

/**
 * Every way the HTTP surface refuses, RFC 9457. The address of a problem's `type` answers with the
 * explanation and the remedy written here.
 */
interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly explanation: string;
  readonly remedy: string;
}

export const problems = {
  INVALID_REQUEST: {
    status: 400,
    title: 'The request is not valid',
    explanation: 'A field is unknown, missing, of the wrong type or out of range.',
    remedy: 'Read "errors": each entry points at one fault and says what is expected there.',
  },
  MALFORMED_JSON: {
    status: 400,
    title: 'The body is not JSON',
    explanation: 'The body could not be parsed as one JSON document in UTF-8.',
    remedy: 'Send a JSON object, for instance with `curl --json`.',
  },
  CONFLICTING_CREDENTIALS: {
    status: 400,
    title: 'Two different credentials',
    explanation:
      'Authorization and X-API-Key carry different keys, so nobody can tell which is meant.',
    remedy: 'Send the key in one of the two headers.',
  },
  ORGANIZATION_REQUIRED: {
    status: 400,
    title: 'No organization was named',
    explanation: 'Who signed in acts in one organization at a time, unless they are an operator.',
    remedy:
      'Name it in the header `X-Claviger-Organization`; GET /v1/session lists those you belong to.',
  },
  SIGNATURE_NOT_VALID: {
    status: 400,
    title: 'The signature is not valid',
    explanation:
      'The body is not what the named key has signed, or no such key is published by the sender it is taken from.',
    remedy:
      'Send the body byte by byte as it was signed, with the identifier of the key that signed it.',
  },
  CREDENTIAL_MISSING: {
    status: 401,
    title: 'No API key was presented',
    explanation:
      'The request carries neither `Authorization: Bearer <key>` nor `X-API-Key: <key>`.',
    remedy: 'Send the key in one of these headers. A key in the query string is never read.',
  },
  SIGN_IN_FAILED: {
    status: 401,
    title: 'The e-mail or the password is wrong',
    explanation: 'Nobody has this e-mail, or their password is another. Which of it is not told.',
    remedy: 'Try again. Operators can see failed sign-ins of their users in the audit log.',
  },
  SECOND_FACTOR_FAILED: {
    status: 401,
    title: 'The code is wrong',
    explanation:
      'It is not the code that the app shows now, it was used before, or the backup code is unknown or used.',
    remedy: 'Wait for the next code of the app, or use another backup code.',
  },
  SIGN_IN_TIMED_OUT: {
    status: 401,
    title: 'The sign-in has to begin again',
    explanation:
      'More than 10 minutes went by since the password was taken, or too many codes were wrong.',
    remedy: 'Begin again with the password.',
  },
  PASSKEY_NOT_ACCEPTED: {
    status: 401,
    title: 'The passkey was not accepted',
    explanation:
      'Nobody here has it, it was removed, it took longer than 5 minutes, or the device did not check who uses it.',
    remedy: 'Try again, or sign in another way and add a passkey in your account.',
  },
  SIGN_IN_REQUIRED: {
    status: 401,
    title: 'Nobody is signed in',
    explanation: 'The session is unknown, has ended, or was ended from elsewhere.',
    remedy: 'Sign in, and send the request again.',
  },
  NOT_FOUND: {
    status: 401,
    title: 'The key is not known here',
    explanation:
      'The presented key is malformed, was never issued here, was deleted, or belongs to another API.',
    remedy: 'Check that the whole key was copied and that it belongs to this API.',
  },
  REVOKED: {
    status: 401,
    title: 'The key was revoked',
    explanation: 'The key, or the secret that was presented, was switched off for good.',
    remedy: 'Use the key’s current secret, or ask for a new key.',
  },
  DISABLED: {
    status: 401,
    title: 'The key is switched off',
    explanation: 'The key is disabled, or its organization is suspended.',
    remedy: 'Ask an administrator of the organization to enable it again.',
  },
  NOT_YET_VALID: {
    status: 401,
    title: 'The key is not valid yet',
    explanation: 'The key has a `notBefore` that lies in the future.',
    remedy: 'Wait until then, or ask for an earlier `notBefore`.',
  },
  EXPIRED: {
    status: 401,
    title: 'The key has expired',
    explanation: 'The end of the key’s life, or of a rotated secret’s overlap, has passed.',
    remedy: 'Use the key’s current secret, or ask for a new key.',
  },
  ENVIRONMENT_MISMATCH: {
    status: 401,
    title: 'The key belongs to another environment',
    explanation: 'A key works in exactly one environment.',
    remedy: 'Use a key of the environment you are calling.',
  },
  ORGANIZATION_MISMATCH: {
    status: 403,
    title: 'The key belongs to another organization',
    explanation: 'The request names an organization that does not own the key.',
    remedy: 'Name the organization that owns the key, or use one of its keys.',
  },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    title: 'The key may not be used from this origin',
    explanation: 'A public key is accepted only from the origins on its list.',
    remedy: 'Add the origin to the key, or present the secret as well.',
  },
  IP_NOT_ALLOWED: {
    status: 403,
    title: 'The key may not be used from this address',
    explanation: 'The key has a list of addresses, and this is not one of them.',
    remedy: 'Add the address to the key, or call from one that is listed.',
  },
  RESOURCE_NOT_ALLOWED: {
    status: 403,
    title: 'The key may not act on this resource',
    explanation: 'The key is restricted to named resources, and this is not one of them.',
    remedy: 'Use a key that is scoped to the resource.',
  },
  INSUFFICIENT_PERMISSIONS: {
    status: 403,
    title: 'The key lacks a permission',
    explanation: 'The operation asks for a permission that the key does not hold.',
    remedy: 'Add the permission to the key, or use a key that holds it.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    explanation:
      'A rate limit is used up: of the key, of its organization, or of what is taken from one address without a key.',
    remedy: 'Wait as long as `Retry-After` says.',
  },
  QUOTA_EXCEEDED: {
    status: 429,
    title: 'The key’s credits are used up',
    explanation: 'The key has a number of credits, and too few are left for this request.',
    remedy: 'Wait for the next refill, or add credits.',
  },
  FRESH_SIGN_IN_REQUIRED: {
    status: 403,
    title: 'You have to sign in again for this',
    explanation:
      'What shows or ends a secret, or gives somebody access, is done only by somebody who signed in within the last 10 minutes.',
    remedy: 'Sign in again, and send the request again.',
  },
  ROLE_NOT_SUFFICIENT: {
    status: 403,
    title: 'Your role does not allow this',
    explanation: 'The operation asks for a permission that the role does not hold here.',
    remedy: 'Ask an administrator of the organization, or the operator, to do it.',
  },
  FOREIGN_ORIGIN: {
    status: 403,
    title: 'The request does not come from our own pages',
    explanation:
      'A browser sends the session’s cookie with requests that other sites make, too. So what changes something needs an `Origin` that is that of the public address.',
    remedy:
      'Open Claviger under its public address. Operators: set `CLAVIGER_PUBLIC_URL` to the address people use. Programs: present a root key.',
  },
  ...linkProblems,
  BEYOND_OWN_RIGHTS: {
    status: 403,
    title: 'That is more than you, or the presented key, may grant or change',
    explanation: 'Nobody grants, or takes over, what they do not hold themselves.',
    remedy:
      'Ask for less, or let somebody with these rights do it: a root key that holds them, or a member whose role is no lower.',
  },
  NOT_A_SECRET_KEY: {
    status: 403,
    title: 'A public key cannot do this',
    explanation: 'Anyone can read a public key, so it cannot revoke or manage anything.',
    remedy: 'Present the secret.',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    title: 'There is nothing at this address',
    explanation: 'No operation has this path.',
    remedy: 'Look the path up in the reference at /docs.',
  },
  KEY_NOT_FOUND: {
    status: 404,
    title: 'No such key',
    explanation: 'No key with this id exists where the presented root key may look.',
    remedy: 'Check the id; GET /v1/keys lists the keys that can be seen.',
  },
  SECRET_NOT_FOUND: {
    status: 404,
    title: 'No such secret',
    explanation: 'The key has no live secret with this id.',
    remedy: 'Read the key: its "secrets" lists those that are live.',
  },
  API_NOT_FOUND: {
    status: 404,
    title: 'No such API',
    explanation: 'No API with this id exists where the presented root key may look.',
    remedy: 'Define it with PUT /v1/apis/{apiId}; GET /v1/apis lists those there are.',
  },
  ORGANIZATION_NOT_FOUND: {
    status: 404,
    title: 'No such organization',
    explanation: 'No organization with this id exists where the presented root key may look.',
    remedy: 'Create it with PUT /v1/organizations/{organizationId} first.',
  },
  RESOURCE_NOT_FOUND: {
    status: 404,
    title: 'No such resource',
    explanation: 'The directory of the organization has no resource of this type with this id.',
    remedy:
      'Check the id, or name the resource with PUT /v1/organizations/{organizationId}/resources/{type}/{id}.',
  },
  MEMBER_NOT_FOUND: {
    status: 404,
    title: 'No such member',
    explanation: 'Nobody with this id belongs to the organization.',
    remedy: 'Check the id; GET /v1/organizations/{organizationId}/members lists those who do.',
  },
  USER_NOT_FOUND: {
    status: 404,
    title: 'No such account',
    explanation: 'Nobody signs in here with this e-mail.',
    remedy: 'Check the spelling; somebody who was never here is invited instead.',
  },
  INVITATION_NOT_FOUND: {
    status: 404,
    title: 'No such invitation',
    explanation:
      'The organization has no open invitation with this id: it was used or revoked, or never made.',
    remedy:
      'Check the id; GET /v1/organizations/{organizationId}/invitations lists those that are open.',
  },
  LOG_NOT_FOUND: {
    status: 404,
    title: 'No such log entry',
    explanation:
      'No verification on record has this id: it was never made, is older than logs are kept, or lies outside of what the presented key may see.',
    remedy: 'Take the id from GET /v1/logs, or from the `logId` of a verification.',
  },
  AUDIT_EVENT_NOT_FOUND: {
    status: 404,
    title: 'No such audit event',
    explanation: 'No audit event with this id exists where the presented root key may look.',
    remedy: 'Check the id; GET /v1/audit-events lists the events that can be seen.',
  },
  PROBLEM_NOT_FOUND: {
    status: 404,
    title: 'No such problem',
    explanation: 'No problem of this name is defined.',
    remedy: 'See the list of problems in the reference at /docs.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Wrong method',
    explanation: 'The address exists and does not take this method.',
    remedy: 'Use a method that the `Allow` header names.',
  },
  ALREADY_SET_UP: {
    status: 409,
    title: 'The first user is there already',
    explanation: 'The set-up link works once.',
    remedy: 'Sign in. If nobody of you made that user, somebody else has: tell the operator.',
  },
  STILL_IN_USE: {
    status: 409,
    title: 'Keys still depend on it',
    explanation: 'The change would leave keys without something they use.',
    remedy: 'Change, revoke or delete the keys that "errors" or the detail counts, then try again.',
  },
  BUILT_IN: {
    status: 409,
    title: 'This is built in',
    explanation:
      'The API and the organization `claviger` hold the root keys and cannot be changed.',
    remedy: 'Choose another id.',
  },
  KEY_REVOKED: {
    status: 409,
    title: 'The key was revoked',
    explanation: 'Revocation is final for keys of this API.',
    remedy: 'Create a new key.',
  },
  KEY_EXPIRED: {
    status: 409,
    title: 'The key has expired',
    explanation: 'A new secret would be expired from the start.',
    remedy: 'Give the key a later `expiresAt` first, or create a new key.',
  },
  TOO_MANY_SECRETS: {
    status: 409,
    title: 'The key has as many live secrets as it can have',
    explanation: 'Overlaps of earlier rotations are still running.',
    remedy: 'End one with DELETE /v1/keys/{keyId}/secrets/{secretId}, then rotate again.',
  },
  LAST_SECRET: {
    status: 409,
    title: 'This is the key’s current secret',
    explanation: 'Only a secret that a rotation replaced can be ended.',
    remedy: 'Rotate or regenerate the key, or revoke it.',
  },
  ALREADY_KNOWN: {
    status: 409,
    title: 'The key is here already',
    explanation:
      'A key with this hash was issued or imported before, perhaps by an earlier entry of the same import.',
    remedy: 'Leave the entry out. An import that broke off can be sent again as it is.',
  },
  KEY_LIMIT_REACHED: {
    status: 409,
    title: 'The organization has as many keys as the API allows',
    explanation: 'The API sets `maxKeysPerOrganization`.',
    remedy: 'Revoke or delete a key that is no longer used, or raise the maximum.',
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still being worked on',
    explanation: 'The same request was sent twice, and the first one has not been answered yet.',
    remedy: 'Send it again after `Retry-After`, with the same `Idempotency-Key`, for its answer.',
  },
  SECRET_NO_LONGER_AVAILABLE: {
    status: 409,
    title: 'It was done, and its secret is not kept any more',
    explanation:
      'The request was done the first time. A repeat gets the secret for 10 minutes, then nobody can read it any more.',
    remedy:
      'If nobody has the secret, regenerate the key with a new `Idempotency-Key`, or revoke it.',
  },
  RESOURCE_LIMIT_REACHED: {
    status: 409,
    title: 'The organization has as many resources of this type as can be named',
    explanation: 'The directory holds 10,000 resources of each type for each organization.',
    remedy: 'Delete one that is no longer used. Keys can be scoped to resources without a name.',
  },
  ALREADY_MEMBER: {
    status: 409,
    title: 'They belong to the organization already',
    explanation: 'The e-mail is that of a member.',
    remedy: 'Change their role with PATCH /v1/organizations/{organizationId}/members/{userId}.',
  },
  ALREADY_INVITED: {
    status: 409,
    title: 'They are invited already',
    explanation: 'The organization has an invitation for this e-mail.',
    remedy:
      'Make a new link with POST /v1/organizations/{organizationId}/invitations/{invitationId}/renew, or revoke the invitation first.',
  },
  INVITATION_LIMIT_REACHED: {
    status: 409,
    title: 'There are as many invitations as there can be',
    explanation: 'Each organization can have 1,000 invitations that nobody has used yet.',
    remedy: 'Revoke those that are not wanted any more.',
  },
  INVITED_BY_ANOTHER_EMAIL: {
    status: 409,
    title: 'The invitation is for somebody else',
    explanation: 'An invitation is for one e-mail, and you are signed in with another.',
    remedy: 'Sign out and open the link again, or ask for an invitation to your own e-mail.',
  },
  LAST_OWNER: {
    status: 409,
    title: 'Nobody would be left to decide',
    explanation: 'This is the last owner of the organization, or the last operator of all.',
    remedy:
      'Make somebody else an owner first. For the last owner, an operator can do it anyway; for the last operator, a root key.',
  },
  WEBHOOK_NOT_FOUND: {
    status: 404,
    title: 'No such webhook',
    explanation: 'There is no webhook with this id, or it lies outside of what the root key sees.',
    remedy: 'Check the id; GET /v1/webhooks lists those that the presented root key sees.',
  },
  DELIVERY_NOT_FOUND: {
    status: 404,
    title: 'No such delivery',
    explanation: 'The webhook has no delivery with this id. Deliveries are kept for 30 days.',
    remedy: 'Check the id; GET /v1/webhooks/{webhookId}/deliveries lists those there are.',
  },
  WEBHOOK_LIMIT_REACHED: {
    status: 409,
    title: 'There are as many webhooks as there can be',
    explanation:
      'Each organization can have 50 webhooks, and there can be 50 that belong to no organization.',
    remedy: 'Delete one that is no longer used, or let one webhook take more types of notices.',
  },
  WEBHOOK_DISABLED: {
    status: 409,
    title: 'The webhook is switched off',
    explanation: 'Nothing is sent to a webhook that is switched off, by hand or after failures.',
    remedy:
      'Switch it on with PATCH /v1/webhooks/{webhookId} `{ "enabled": true }`, then try again.',
  },
  NO_SIGNING_SECRET: {
    status: 409,
    title: 'The webhook has no signing secret',
    explanation: 'E-mails are not signed, so a webhook with a `mailto:` address has no secret.',
    remedy: 'Create a webhook with an https address, if signed notices are what you want.',
  },
  MAIL_NOT_CONFIGURED: {
    status: 409,
    title: 'This server sends no mail',
    explanation: 'What was asked for is sent by mail alone, and no mail server is configured.',
    remedy:
      'Ask an operator of the server: they can make the link and hand it to you. Operators: set `CLAVIGER_SMTP_URL`.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    title: 'The body is too large',
    explanation: 'Bodies are limited to 64 KiB, those of bulk calls to 8 MiB.',
    remedy: 'Send less in one call.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'The body has the wrong content type',
    explanation: 'Bodies are JSON.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    explanation:
      'Within the last 24 hours, the same `Idempotency-Key` came with another operation, address or body.',
    remedy:
      'To repeat that request, send exactly what was sent then. For a new one, make a new `Idempotency-Key`.',
  },
  INTERNAL_ERROR: {
    status: 500,
    title: 'Something went wrong here',
    explanation:
      'The server met an error it did not expect. It is in its log under the request id.',
    remedy: 'Try again; if it happens again, report the request id.',
  },
  SINGLE_SIGN_ON_UNAVAILABLE: {
    status: 503,
    title: 'The provider of the single sign-on cannot be reached',
    explanation: 'It did not answer with what it says of itself, or not as the standard asks.',
    remedy:
      'Sign in another way, or try again after `Retry-After`. Operators: see the log, and `CLAVIGER_OIDC_ISSUER`.',
  },
  SIGNATURE_KEYS_UNAVAILABLE: {
    status: 503,
    title: 'The keys that check the signature cannot be read',
    explanation:
      'The address at which the sender publishes its public keys did not answer with them. Nothing of the message was looked at.',
    remedy:
      'Send it again after `Retry-After`. Operators: see the log, and that the server can reach `CLAVIGER_GITHUB_KEYS_URL`.',
  },
  STORAGE_UNAVAILABLE: {
    status: 503,
    title: 'The database cannot be reached or written',
    explanation:
      'Keys cannot be decided on or changed without it. What was asked for was done as a whole or not at all.',
    remedy:
      'After `Retry-After`, send it again with the same `Idempotency-Key`; without one, look first whether it was done. Operators: see /health/ready and the log.',
  },
  OVERLOADED: {
    status: 503,
    title: 'Too much work at once',
    explanation: 'More requests wait for the database than the server lets wait.',
    remedy: 'Try again after `Retry-After`.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problems;
export const problemCodes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]];

/** `KEY_NOT_FOUND` → `key-not-found`, the last segment of the problem's `type`. */
export const problemSlug = (code: ProblemCode): string => code.toLowerCase().replaceAll('_', '-');

const problemBySlug = new Map(problemCodes.map((code) => [problemSlug(code), code]));

export const problemCodeOfSlug = (slug: string): ProblemCode | undefined => problemBySlug.get(slug);
