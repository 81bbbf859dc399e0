import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent } from '@claviger/contract';
import { CHAIN_START, eventOfPresented, firstBrokenLink } from '@claviger/core';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../core/src/audit/canonical-json.ts';
import { createTestKey, defineApi, expectStatus } from './harness/fixtures.ts';
import { repository } from './harness/shown-steps.ts';
import { startTestServer } from './harness/test-server.ts';

const page = readFileSync(join(repository, 'docs/audit.md'), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)\\n\`\`\`$`, 'gms'))].map(
    ([, text = '']) => text,
  );

/** The program that the page gives, in a process that has nothing of ours. */
function check(input: string): Promise<{ code: number; output: string }> {
  const program = join(repository, 'docs/check-audit.mjs');
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program], { env: {} }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr });
    });
    // It ends at the first fault, and reads no further.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

test('the worked example is what the rule gives', () => {
  const event = eventOfPresented(JSON.parse(blocks('json')[0]!) as AuditEvent);
  expect(firstBrokenLink(CHAIN_START, [event])).toBeNull();
  const { hash: _, previousHash: __, ...hashed } = event;
  expect(blocks('text')[1]).toBe(canonicalJson(hashed));
});

test('the checker of the page agrees with the server, and finds what was done to an export', async () => {
  await using server = await startTestServer();
  await defineApi(server, 'interact');
  const metadata = {
    plan: 'pro',
    '€': [1e21, 1e-7, -0.5],
    'line\nfeed': '\u0007"\\😀',
    '\ud83d\ude00': 1,
  };
  const { key } = await createTestKey(server, { metadata, description: 'Zürich\n€' });
  await server.call('POST', `/v1/keys/${key.id}/revoke`, { body: { reason: 'Leaked' } });
  const { text } = await expectStatus(200, server.call('GET', '/v1/audit-events/export'));
  const lines = text.trimEnd().split('\n');
  const last = JSON.parse(lines.at(-1)!) as AuditEvent;

  expect(await check(text)).toEqual({
    code: 0,
    output: `whole: ${lines.length} events, the last hash is ${last.hash}\n`,
  });
  const tampered: [readonly string[], string][] = [
    [lines.with(4, lines[4]!.replace('"Acme"', '"Acmе"')), 'event 5 does not continue event 4\n'],
    [lines.toSpliced(3, 1), 'event 5 does not continue event 3\n'],
    [lines.toSpliced(3, 0, lines[3]!), 'event 4 does not continue event 4\n'],
    [lines.with(1, lines[2]!).with(2, lines[1]!), 'event 3 does not continue event 1\n'],
  ];
  for (const [changed, output] of tampered) {
    expect(await check(`${changed.join('\n')}\n`)).toEqual({ code: 1, output });
  }
});
