import { createKeyBody, putApiBody, type CreateKey, type Verify } from '@claviger/contract';
import {
  createClaviger,
  createKey,
  ensureBuiltIns,
  EVERYWHERE,
  Peppers,
  putApi,
  putOrganization,
  systemCaller,
  systemClock,
  type Claviger,
  type LogPolicy,
} from '@claviger/core';
import { openPostgresStorage } from '@claviger/core/postgres';
import { openSqliteStorage } from '@claviger/core/sqlite';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

export const API_ID = 'interact';
export const ORGANIZATION_ID = 'acme';
export const PERMISSION = 'agent_jobs_read';

/** The Interact API of the examples. */
export const apiDefinition = {
  name: 'Interact API',
  formats: { secret: { prefix: 'int', length: 48 } },
  permissions: [
    { id: PERMISSION, name: 'Read jobs', access: 'read' },
    { id: 'agent_jobs_trigger', name: 'Trigger jobs', access: 'write' },
  ],
};

/** A key as people make them: a name of some 25 characters, one permission. */
export const newKey = (number: number) => ({
  apiId: API_ID,
  organizationId: ORGANIZATION_ID,
  name: `Production scheduler ${String(number).padStart(6, '0')}`,
  permissions: [PERMISSION],
});

export const caller = systemCaller('bench');

/** The question about it: the same as over HTTP. */
export const questionOf = (token: string): Verify => ({
  token,
  apiId: API_ID,
  permissions: [PERMISSION],
  cost: 1,
});

export const parseNewKey = (number: number): CreateKey => createKeyBody.parse(newKey(number));

export interface Opened {
  readonly claviger: Claviger;
  readonly folder: string;
  close(): Promise<void>;
}

/** In a server's settings: `1:` and base64. */
export const PEPPER = Buffer.alloc(32, 7);

/** What the log of requests costs has rows of its own. */
const NO_LOG: LogPolicy = { enabled: false, keepDays: 30, ips: 'full', userAgents: 'full' };

/** The library on SQLite in a folder of its own, with the API and the organization; its lease renewed as a server does. */
export async function openClaviger(
  folder = temporaryFolder(),
  { logPolicy = NO_LOG, postgresUrl }: { logPolicy?: LogPolicy; postgresUrl?: string } = {},
): Promise<Opened> {
  const storage = await (postgresUrl === undefined
    ? openSqliteStorage({ path: join(folder.path, 'claviger.db') })
    : openPostgresStorage({ url: postgresUrl }));
  const peppers = new Peppers([{ version: 1, key: PEPPER }]);
  const parts = { storage, peppers, clock: systemClock };
  const claviger = createClaviger({ ...parts, logPolicy });
  await storage.lock.acquire();
  await claviger.follower.renew();
  await ensureBuiltIns(claviger);
  await putApi(claviger, caller, API_ID, putApiBody.parse(apiDefinition));
  await putOrganization(claviger, caller, ORGANIZATION_ID, { name: 'Acme' });
  const renewing = setInterval(() => void claviger.follower.renew(), 1_000);
  return {
    claviger,
    folder: folder.path,
    async close() {
      clearInterval(renewing);
      await storage.close();
      folder.remove();
    },
  };
}

/** Verifies so many tokens. Throws unless each is accepted, and answered from memory. */
export function verifyCached(
  { verifier }: Claviger,
  count: number,
  tokenAt: (n: number) => string,
): void {
  let valid = 0;
  for (let n = 0; n < count; n++) {
    const decision = verifier.verify(questionOf(tokenAt(n)), EVERYWHERE);
    // A promise would mean that it was not answered from memory.
    if ('valid' in decision && decision.valid) valid++;
  }
  if (valid !== count) throw new Error(`${count - valid} of ${count} were not accepted`);
}

/** The secrets of so many new keys. */
export async function createKeys({ claviger }: Opened, count: number): Promise<string[]> {
  const creating = Array.from({ length: count }, (_, n) =>
    createKey(claviger, caller, parseNewKey(n)),
  );
  return (await Promise.all(creating)).map(({ secret = '' }) => secret);
}
