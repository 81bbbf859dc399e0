import type { Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { cookieOf, createMember, setUp, signIn } from '../../../server/test/harness/people.ts';
import type { Answer, TestServer } from '../../../server/test/harness/test-server.ts';
import type { OpenedPage, useBrowser } from './browser.ts';
import { KEYS, ORGANIZATION, startPages } from './pages.ts';

export interface KeyPages {
  readonly server: TestServer;
  readonly people: Readonly<Record<'ada' | 'viewer' | 'developer', { readonly id: string }>>;
  makeKey(fields?: object): Promise<Answer['body']>;
  /** Presents a token as often as said. Answers the last code. */
  verify(token: string, ask?: object, times?: number): Promise<string>;
  /** The page of a key as somebody sees it, with the clock of the server. */
  openKey(keyId: string, who?: 'ada' | 'viewer' | 'developer'): Promise<OpenedPage>;
  stop(): Promise<void>;
}

/**
 * A server with people and keys. `prepare` may let time pass, and with it sessions end: people sign in after it.
 * `Ada` is the operator.
 */
export async function startKeyPages(
  browser: ReturnType<typeof useBrowser>,
  prepare: (pages: Pick<KeyPages, 'server' | 'makeKey' | 'verify'>) => Promise<void>,
): Promise<KeyPages> {
  const server = await startPages();
  const first = (await setUp(server)).body.user as { id: string; email: string };
  const people = {
    ada: first,
    viewer: await createMember(server, ORGANIZATION, 'viewer'),
    developer: await createMember(server, ORGANIZATION, 'developer'),
  };
  const makeKey: KeyPages['makeKey'] = async (fields = {}) => {
    const own = { apiId: 'interact', organizationId: ORGANIZATION, name: 'Production scheduler' };
    const body = { ...own, permissions: ['jobs_read'], ...fields };
    const answer = await server.call('POST', '/v1/keys', { body });
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const verify: KeyPages['verify'] = async (token, ask = {}, times = 1) => {
    let code = '';
    for (let turn = 0; turn < times; turn += 1) {
      const body = { token, apiId: 'interact', environment: 'production', ...ask };
      code = (await server.call('POST', '/v1/keys/verify', { body })).body.code;
    }
    // As within the next second, which is not waited for.
    await server.claviger.recorder.flush();
    return code;
  };
  await prepare({ server, makeKey, verify });
  const cookies = new Map<string, { name: string; value: string; url: string }>();
  for (const [who, { email }] of Object.entries(people)) {
    const [name = '', value = ''] = cookieOf(await signIn(server, email)).split('=');
    cookies.set(who, { name, value, url: server.url });
  }
  return {
    server,
    people,
    makeKey,
    verify,
    async openKey(keyId, who = 'ada') {
      const opened = await browser.open(server.url);
      const { page } = opened;
      await page.context().addCookies([cookies.get(who)!]);
      await page.clock.install({ time: server.clock.now() });
      await page.goto(`${KEYS}/${keyId}`);
      await page.getByRole('heading', { name: 'Details' }).waitFor();
      return opened;
    },
    async stop() {
      vi.useRealTimers();
      await server.stop();
    },
  };
}

export const section = (page: Page, name: string) => page.getByRole('region', { name });
