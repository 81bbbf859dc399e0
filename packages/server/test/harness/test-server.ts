import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Claviger } from '@claviger/core';
import { readConfig, serve } from '@claviger/server';
import { expect, inject } from 'vitest';
import { createDatabase } from '../../../core/test/harness/postgres-database.ts';
import { hasValidChecksum } from '../../../core/src/tokens/checksum.ts';
import { TestClock } from './test-clock.ts';

export interface TestServerOptions {
  /** SQLite in a folder of its own unless said otherwise. */
  readonly database?: 'sqlite' | 'postgres';
  readonly env?: Readonly<Record<string, string>>;
  /** What its clock says at first. */
  readonly nowMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- what came over the wire; each test says what it expects
  readonly body: any;
  readonly text: string;
}

export interface CallOptions {
  /** The root key unless said otherwise; null for none. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, without a content type. */
  readonly rawBody?: string | Uint8Array;
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly rootKey: string;
  readonly clock: TestClock;
  readonly claviger: Claviger;
  readonly logLines: readonly string[];
  /** What it said to the person who started it. */
  readonly said: readonly string[];
  /** The folder with the SQLite database and its pepper. */
  readonly folder: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Moves the clock and renews the lease, as the passing of that time would. */
  advance(ms: number): Promise<void>;
  /** Makes the notices that there are to make now, and sends all that is due. */
  sendNotices(): Promise<void>;
  /** Stops it, and fails when a secret is in its log or its database. */
  stop(): Promise<void>;
}

/** The real server on a free port, with a real database and a clock that the test moves. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'claviger-server-'));
  const clock = new TestClock(options.nowMs);
  const logLines: string[] = [];
  const said: string[] = [];
  const config = readConfig({
    CLAVIGER_PORT: '0',
    ...(await databaseEnv(options, folder)),
    ...options.env,
  });
  const serving = await serve(config, {
    clock,
    say: (line) => said.push(line),
    logTo: { write: (line) => logLines.push(line) },
  });
  const rootKey = /clv_[0-9A-Za-z]{48}/.exec(said.join('\n'))?.[0] ?? '';
  let stopped = false;

  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await serving.stop();
    expect(leakedTokens([...logLines, ...filesIn(folder)])).toEqual([]);
    rmSync(folder, { recursive: true, force: true });
  };

  return {
    url: serving.url,
    rootKey,
    clock,
    claviger: serving.claviger,
    logLines,
    said,
    folder,
    call: (method, path, call = {}) => callServer(serving.url, rootKey, method, path, call),
    async advance(ms) {
      clock.advance(ms);
      await serving.claviger.follower.renew();
    },
    async sendNotices() {
      await serving.claviger.notices.run();
      await serving.dispatcher.run();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function databaseEnv(
  { database = 'sqlite' }: TestServerOptions,
  folder: string,
): Promise<Record<string, string>> {
  if (database === 'sqlite')
    return { CLAVIGER_DATABASE_URL: `sqlite:${join(folder, 'claviger.db')}` };
  return {
    CLAVIGER_DATABASE_URL: await createDatabase(inject('postgresUrl')),
    CLAVIGER_PEPPERS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
  };
}

async function callServer(
  url: string,
  rootKey: string,
  method: string,
  path: string,
  { key = rootKey, headers = {}, body, rawBody }: CallOptions,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(rawBody !== undefined && { body: rawBody }),
  });
  const text = await response.text();
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
    text,
  };
}

/** Every token in the texts that has a valid checksum and is not a public half: there must be none. */
export function leakedTokens(texts: readonly string[]): string[] {
  return texts
    .flatMap((text) => text.match(/[a-z][a-z0-9_]{0,30}_[0-9A-Za-z]{28,128}/g) ?? [])
    .filter((token) => hasValidChecksum(token) && !/^(?:[a-z0-9]+_)?pk_/.test(token));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
}
