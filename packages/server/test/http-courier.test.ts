import { compileAddresses } from '@claviger/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpCourier } from '../src/notices/http-courier.ts';
import { startReceiver, type Receiver } from './harness/receiver.ts';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const opened = compileAddresses(['127.0.0.1']);
const never = new AbortController().signal;

/** Sends to the receiver under a name, which means what `resolve` says. */
function send(resolve: (host: string) => Promise<readonly string[]>, path = '/hook') {
  const courier = new HttpCourier({ opened, timeoutMs: 5_000, resolve });
  const { port } = new URL(receiver.url);
  const parcel = {
    url: `http://hooks.example.com:${port}${path}`,
    noticeId: 'not_1',
    webhookId: 'whk_1',
    type: 'webhook.test',
    body: '{}',
    sentAt: 0,
    secrets: [],
  } as const;
  return courier.send(parcel, never);
}

test('the connection goes to the address that was checked, and the name is still the one of the URL', async () => {
  const asked: string[] = [];
  const report = await send(async (host) => {
    asked.push(host);
    return ['127.0.0.1'];
  });
  expect(report).toEqual({ error: null, status: 200, response: 'ok' });
  expect(asked).toEqual(['hooks.example.com']);
  const { port } = new URL(receiver.url);
  expect(receiver.received[0]!.headers['host']).toBe(`hooks.example.com:${port}`);
});

test('a name that means another address at the next attempt is checked anew', async () => {
  const meanings = [
    ['127.0.0.1'],
    ['127.0.0.2'],
    ['169.254.169.254'],
    ['127.0.0.1', '10.0.0.1'],
    [],
  ];
  const rebinding = async () => meanings.shift() ?? [];
  expect((await send(rebinding)).error).toBeNull();
  for (let left = meanings.length; left > 0; left--) {
    expect((await send(rebinding)).error).toMatch(
      /^The host resolves to an address that is not public/,
    );
  }
  expect(receiver.received).toHaveLength(1);
});

test('plain http goes nowhere but to what was opened, public addresses included', async () => {
  expect((await send(async () => ['93.184.215.14'])).error).toMatch(
    /not public, so nothing was sent/,
  );
});

test('looking a name up counts into the time there is', async () => {
  const courier = new HttpCourier({
    opened,
    timeoutMs: 20,
    resolve: () => new Promise(() => undefined),
  });
  const parcel = {
    url: receiver.url.replace('127.0.0.1', 'hooks.example.com'),
    noticeId: 'not_1',
    webhookId: 'whk_1',
    type: 'webhook.test',
    body: '{}',
    sentAt: 0,
    secrets: [],
  } as const;
  expect((await courier.send(parcel, never)).error).toBe('There was no answer within 1 s.');
});
