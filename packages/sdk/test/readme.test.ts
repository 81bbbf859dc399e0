import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { defineApi } from '../../server/test/harness/fixtures.ts';
import { startTestServer, type TestServer } from '../../server/test/harness/test-server.ts';

let server: TestServer;
const example = new URL('./readme-example.tmp.ts', import.meta.url);

beforeAll(async () => {
  server = await startTestServer();
  await defineApi(server, 'interact');
});
afterAll(async () => {
  rmSync(example, { force: true });
  vi.unstubAllEnvs();
  await server.stop();
});

test('the example in the README does what it says', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  writeFileSync(example, code);
  vi.stubEnv('CLAVIGER_URL', server.url);
  vi.stubEnv('CLAVIGER_ROOT_KEY', server.rootKey);
  const said = vi.spyOn(console, 'log').mockReturnValue();
  await import(/* @vite-ignore */ example.href);
  expect(said.mock.calls).toEqual([['Nightly export']]);
  said.mockRestore();
  const { body } = await server.call('GET', '/v1/keys?q=Nightly');
  expect(body.data).toMatchObject([{ name: 'Nightly export', revokedReason: 'No longer needed' }]);
});
