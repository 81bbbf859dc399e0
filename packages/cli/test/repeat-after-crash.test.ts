import { expect, test } from 'vitest';
import {
  call,
  define,
  newKey,
  serveProcess,
  temporaryFolder,
  type ServerProcess,
} from './harness/server-process.ts';

const CREATES = 600;
/** So many are under way when the server dies: some not begun, some done and not answered. */
const CONNECTIONS = 32;
const KILL_AFTER = 200;

test(
  'creates that kill -9 left unanswered can be sent again: each makes one key, and gives the same one',
  { timeout: 60_000 },
  async () => {
    using folder = temporaryFolder();
    const server = await serveProcess(folder.sqlite);
    const rootKey = server.rootKey ?? '';
    await define(server, rootKey);
    const create = (on: ServerProcess, index: number) =>
      call(on, rootKey, 'POST', '/v1/keys', newKey(`Export ${index}`), {
        'idempotency-key': `export-${index}`,
      });

    const answered = new Map<number, { key: { id: string }; secret: string }>();
    let asked = 0;
    const client = async () => {
      while (asked < CREATES) {
        const index = asked++;
        const { status, body } = await create(server, index);
        if (status === 201) answered.set(index, body);
        if (answered.size === KILL_AFTER) server.signal('SIGKILL');
      }
    };
    await Promise.allSettled(Array.from({ length: CONNECTIONS }, client));
    await server.ended;
    expect(answered.size).toBeLessThan(asked);

    const again = await serveProcess(folder.sqlite);
    const ids = new Set<string>();
    for (let index = 0; index < asked; index++) {
      const { status, body } = await create(again, index);
      expect(status).toBe(201);
      const first = answered.get(index);
      if (first !== undefined) expect(body).toMatchObject({ key: first.key, secret: first.secret });
      expect(body.effective.everywhere).toBe(true);
      expect((await create(again, index)).body.secret).toBe(body.secret);
      ids.add(body.key.id);
    }
    expect(ids.size).toBe(asked);
    expect(await namesOf(again, rootKey)).toEqual(
      Array.from({ length: asked }, (_, index) => `Export ${index}`).toSorted(),
    );
    again.signal('SIGTERM');
    expect((await again.ended).code).toBe(0);
  },
);

/** Of every key there is, sorted. */
async function namesOf(server: ServerProcess, rootKey: string): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/v1/keys?apiId=interact&limit=200${from}`;
    const { body } = await call(server, rootKey, 'GET', path);
    names.push(...body.data.map(({ name }: { name: string }) => name));
    cursor = body.nextCursor;
  }
  return names.toSorted();
}
