import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectShown, repository, runSteps, stepsOf, titleOf } from './harness/shown-steps.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';
import { LOOPBACK_OPENED } from './harness/webhooks.ts';

/**
 * Each page of `docs/guides`, done as a reader would: all of its commands in one bash, against a server of
 * its own, with the root key in the environment. What the page shows of the answers is compared.
 */
const folder = join(repository, 'docs/guides');
const pages = readdirSync(folder).filter((name) => name.endsWith('.md'));

/** Each call of the command line takes about a second on a busy machine. */
const PAGE_LIMIT_MS = 120_000;

describe.each(pages)('docs/guides/%s', (page) => {
  const steps = stepsOf(readFileSync(join(folder, page), 'utf8'));
  let server: TestServer;
  let outputs: string[];

  beforeAll(async () => {
    // Its clock stands still, and agrees with the one that the commands read.
    server = await startTestServer({ nowMs: Date.now(), env: LOOPBACK_OPENED });
    outputs = await runSteps(steps, {
      port: new URL(server.url).port,
      env: { CLAVIGER_URL: server.url, CLAVIGER_ROOT_KEY: server.rootKey },
    });
  }, PAGE_LIMIT_MS);
  afterAll(() => server.stop());

  test('shows what its commands answer', () => {
    expect(steps.some(({ shown }) => shown !== null)).toBe(true);
  });

  test.each(steps.map((step, index) => ({ step, index, name: titleOf(step) })))(
    '$index: $name',
    ({ step, index }) => {
      expectShown(step, outputs[index] ?? '');
    },
  );
});
