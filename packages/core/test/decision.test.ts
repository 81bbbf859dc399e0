import { accepted, refused, verificationStatuses, type RefusalCode } from '@claviger/contract';
import { describe, expect, test } from 'vitest';
import { accept, refuse } from '../src/verification/decision.ts';
import { FINE, entryOf, onKey, onSecret, SCOPED } from './harness/decision-case.ts';
import { NOW as T0 } from './harness/records.ts';

describe('the answer', () => {
  const secret = entryOf(
    onKey({
      expiresAt: T0,
      preset: null,
      permissions: ['jobs_trigger', 'jobs_read'],
      resources: SCOPED,
      metadata: { plan: 'pro' },
    })(FINE),
  );
  const identity = {
    keyId: secret.key.id,
    secretId: secret.id,
    apiId: 'interact',
    organizationId: 'acme',
    environment: 'production',
    kind: 'secret',
    name: 'Production scheduler',
  };

  test('to a valid key says what it is and may', () => {
    expect(accept(secret)).toEqual({
      valid: true,
      code: 'VALID',
      status: 200,
      ...identity,
      permissions: ['jobs_read', 'jobs_trigger'],
      resources: SCOPED,
      expiresAt: '2026-11-21T09:30:00.000Z',
      metadata: { plan: 'pro' },
      rateLimits: [],
    });
    expect(accepted.parse(accept(secret))).toEqual(accept(secret));
    expect(accept(entryOf(FINE))).toMatchObject({ expiresAt: null, resources: {}, metadata: {} });
  });

  test('NOT_FOUND carries nothing about any key', () => {
    const answer = {
      valid: false,
      code: 'NOT_FOUND',
      status: 401,
      message:
        'This key is not known here. Check that the whole key was copied and that it belongs to this API.',
    };
    const asked = { ...FINE.question, permissions: ['jobs_read', 'x'] };
    expect(refuse('NOT_FOUND', null, null)).toEqual(answer);
    expect(refuse('NOT_FOUND', null, asked)).toEqual(answer);
    expect(refuse('NOT_FOUND', secret, asked)).toEqual(answer);
  });

  const messages: Record<Exclude<RefusalCode, 'NOT_FOUND' | 'INSUFFICIENT_PERMISSIONS'>, string> = {
    REVOKED:
      'This key was revoked, or its secret replaced. Ask for a new key, or use the current secret.',
    DISABLED:
      'This key, or its organization, is switched off. An administrator can enable the key, the platform the organization.',
    NOT_YET_VALID: 'This key is not valid yet.',
    EXPIRED: 'This key has expired. Use its current secret, or ask for a new key.',
    ENVIRONMENT_MISMATCH:
      'This key belongs to another environment. Use a key of the environment you are calling.',
    ORGANIZATION_MISMATCH: 'This key belongs to another organization.',
    ORIGIN_NOT_ALLOWED:
      'This public key may not be used from this origin. Add the origin to the key, or present a secret.',
    IP_NOT_ALLOWED: 'This key may not be used from this address.',
    RESOURCE_NOT_ALLOWED: 'This key may not act on this resource.',
    RATE_LIMITED: 'Too many requests. Wait as long as Retry-After says.',
    QUOTA_EXCEEDED: 'The credits of this key do not suffice.',
  };

  test.each(Object.entries(messages))(
    '%s says which key it is, and what to do',
    (name, message) => {
      const code = name as RefusalCode;
      const status = verificationStatuses[code];
      const answer = refuse(code, secret, FINE.question);
      expect(answer).toEqual({ valid: false, code, status, message, ...identity });
      expect(refused.parse(answer)).toEqual(answer);
    },
  );

  test.each([
    ['one', ['x'], 'This key lacks x.', ['x']],
    ['all of a list', ['x', 'jobs_read', 'y'], 'This key lacks x, y.', ['x', 'y']],
    ['any of several', { anyOf: ['x', 'y'] }, 'This key lacks one of x, y.', ['x', 'y']],
    ['any of one', { anyOf: ['x'] }, 'This key lacks x.', ['x']],
  ])('INSUFFICIENT_PERMISSIONS names what is missing: %s', (_, permissions, begins, missing) => {
    const answer = refuse('INSUFFICIENT_PERMISSIONS', secret, { ...FINE.question, permissions });
    expect(answer).toEqual({
      valid: false,
      code: 'INSUFFICIENT_PERMISSIONS',
      status: 403,
      message: `${begins} Add the permission to the key, or use a key that holds it.`,
      missing,
      ...identity,
    });
    expect(refused.parse(answer)).toEqual(answer);
  });

  test('names no secret for a public half', () => {
    const publicHalf = entryOf(onSecret({ type: 'public' })(FINE));
    expect(accept(publicHalf).secretId).toBeNull();
    expect(refuse('ORIGIN_NOT_ALLOWED', publicHalf, FINE.question).secretId).toBeNull();
  });
});
