import { verifyBody } from '@claviger/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quickVerifyBody } from '../src/http/quick-verify-body.ts';

/** Nearly always right, so that whole bodies are right often enough to be accepted. */
const mostly = (right: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 12, arbitrary: right },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        'UPPER',
        'a:b',
        'a b',
        '_',
        'x'.repeat(129),
        'x'.repeat(4_097),
      ),
    },
    { weight: 1, arbitrary: fc.anything({ maxDepth: 1 }) },
  );

const id = fc.constantFrom('interact', 'a', 'x'.repeat(32), 'agent_jobs-2');

const body = fc.record(
  {
    token: mostly(fc.constantFrom('int_abc', 'x'.repeat(4_096), 'pk_a:sk_b', '\u0000', 'ключ')),
    apiId: mostly(id),
    environment: mostly(id),
    organizationId: mostly(fc.constantFrom('acme', 'a@b.c', 'A:1', 'x'.repeat(128))),
    permissions: mostly(
      fc.oneof(
        fc.array(fc.oneof(id, fc.constantFrom('jobs:read', 'a/b', 'A', 'no spaces', '-')), {
          maxLength: 3,
        }),
        fc.constantFrom(
          Array.from({ length: 64 }, () => 'p'),
          Array.from({ length: 65 }, () => 'p'),
        ),
      ),
    ),
    more: fc.anything({ maxDepth: 1 }),
  },
  { requiredKeys: ['token'] },
);

test('what is accepted without the schema, the schema accepts with the same result', () => {
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        { weight: 9, arbitrary: body },
        { weight: 1, arbitrary: fc.anything({ maxDepth: 2 }) },
      ),
      (value) => {
        const quick = quickVerifyBody(value);
        if (quick === null) return;
        accepted++;
        expect(verifyBody.parse(value)).toEqual(quick);
      },
    ),
    { numRuns: 5_000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

test('the usual body needs no schema', () => {
  const usual = {
    token: 'int_abc',
    apiId: 'interact',
    environment: 'production',
    organizationId: 'acme',
    permissions: ['agent_jobs_read'],
  };
  expect(quickVerifyBody(usual)).toEqual({ ...usual, cost: 1 });
});
