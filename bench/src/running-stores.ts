import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';
import startPostgresForTests from '../../packages/core/test/harness/postgres-server.ts';

export interface Store {
  readonly url: string;
  stop(): Promise<void>;
}

/** The one that the tests run on: it syncs nothing to the disk, which is to the advantage of whoever writes. */
export async function startPostgres(): Promise<Store> {
  let url = '';
  const project: Pick<TestProject, 'provide'> = {
    provide: (_name, value) => {
      url = String(value);
    },
  };
  const stop = await startPostgresForTests(project as TestProject);
  return { url, stop };
}

/** The machine's own `redis-server`, which writes nothing to the disk. Null when it is not installed. */
export async function startRedis(): Promise<Store | null> {
  const port = await freePort();
  const child = spawn(
    'redis-server',
    ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve()).once('error', () => resolve());
  });
  while (!(await answers(port))) {
    if (child.pid === undefined || child.exitCode !== null) return null;
    await delay(20);
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  const answered = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return answered;
}

/** One that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
