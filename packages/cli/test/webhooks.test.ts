import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReceiver, type Receiver } from '../../server/test/harness/receiver.ts';
import { isSignedWith, LOOPBACK_OPENED } from '../../server/test/harness/webhooks.ts';
import { startCliServer, words, type CliServer } from './harness/cli.ts';

let server: CliServer;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  server = await startCliServer(LOOPBACK_OPENED);
});
afterAll(async () => {
  await receiver.close();
  await server[Symbol.asyncDispose]();
});

const newest = async () => (await server.json(words`webhooks list --limit 1`)).data[0];

test('a webhook is created, tested, changed and deleted, and its secret stands alone', async () => {
  const made = await server.run(words`
    webhooks create --to ${receiver.url} --event key.created,key.revoked --organization acme
    --description ${'On call'}`);
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
  const webhook = await newest();
  expect(made.stderr).toMatch(`Created the webhook ${webhook.id} (${receiver.url}).`);
  expect(webhook).toMatchObject({ events: ['key.created', 'key.revoked'], organizationId: 'acme' });
  expect((await server.run(words`webhooks list`)).stdout).toMatch(
    new RegExp(`^${webhook.id} +http\\S+ +on +acme +key.created, key.revoked$`, 'm'),
  );

  const tested = await server.run(words`webhooks test ${webhook.id}`);
  expect(tested).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/is delivered: answered 200\n$/),
  });
  expect(isSignedWith(made.stdout.trim(), receiver.received.at(-1)!)).toBe(true);
  const [delivery] = (await server.json(words`webhooks deliveries ${webhook.id}`)).data;
  expect(delivery).toMatchObject({ type: 'webhook.test', status: 'delivered' });
  const again = await server.json(words`webhooks redeliver ${webhook.id} ${delivery.id}`);
  expect(again.delivery).toMatchObject({ id: delivery.id, attempts: [{}, {}] });
  expect(receiver.received).toHaveLength(2);

  const off = await server.run(words`webhooks update ${webhook.id} --event * --off`);
  expect(off.stdout).toMatch(/^State {8}off$/m);
  expect(await server.run(words`webhooks update ${webhook.id}`)).toEqual({
    code: 2,
    stdout: '',
    stderr: 'claviger: There is nothing to change: give at least one option.\n',
  });
  const refused = await server.run(words`webhooks test ${webhook.id}`);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is switched off') });
  const on = await server.json(words`webhooks update ${webhook.id} --on`);
  expect(on.webhook).toMatchObject({ enabled: true, events: ['*'] });
  expect(await server.json(words`webhooks show ${webhook.id}`)).toEqual(on.webhook);

  const rotated = await server.run(words`webhooks rotate-secret ${webhook.id} --overlap 7d`);
  expect(rotated.stdout).toMatch(/^whsec_\S+\n$/);
  expect(rotated.stderr).toMatch(/^The old one signs as well; that ends in 7 days/m);
  const asked = await server.run(words`webhooks delete ${webhook.id}`);
  expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
  const deleted = await server.run(words`webhooks delete ${webhook.id} --yes`);
  expect(deleted.stdout).toBe(`Deleted ${webhook.id}.\n`);
});

test('a notice that is not taken ends with 1, and with what was answered', async () => {
  const file = join(server.folder, 'webhook.secret');
  await server.run(words`webhooks create --to ${receiver.url} --secret-file ${file}`);
  expect(readFileSync(file, 'utf8')).toMatch(/^whsec_\S+\n$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { id } = await newest();
  receiver.answer(500);
  const failed = await server.run(words`webhooks test ${id}`);
  expect(failed.code).toBe(1);
  expect(failed.stdout).toMatch(/^dlv_\w+ is pending: It answered 500;/);
  expect((await server.run(words`webhooks list`)).stdout).toMatch(/ failing +everything +\*$/m);
  receiver.answer(200);
});

test('one that is refused leaves no file behind', async () => {
  const file = join(server.folder, 'refused.secret');
  const args = words`webhooks create --to https://10.0.0.1/ --secret-file ${file}`;
  const { code, stderr } = await server.run(args);
  expect(code).toBe(1);
  expect(stderr).toMatch(/--to is at an address that is not public/);
  expect(existsSync(file)).toBe(false);
});
