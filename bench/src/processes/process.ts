import { fork } from 'node:child_process';
import { once } from 'node:events';

type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

interface Ask {
  readonly name: string;
  readonly argument: unknown;
}

type Answer = { readonly result: unknown } | { readonly error: string };

/** A process of the benchmark, which answers one question at a time. */
export interface Process {
  /** Rejects with what the process threw, and when it ends. */
  ask<Result>(name: string, argument?: unknown): Promise<Result>;
  /** Ends it, and with it those that it started. */
  stop(): Promise<void>;
}

/** Starts a module that calls `answerAsks`. */
export async function startProcess(module: URL): Promise<Process> {
  const child = fork(module, {
    execArgv: ['--conditions=source', '--expose-gc', ...profiling(module)],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  return {
    async ask<Result>(name: string, argument?: unknown): Promise<Result> {
      const asked = new AbortController();
      const { signal } = asked;
      child.send({ name, argument } satisfies Ask);
      const answered = once(child, 'message', { signal }).then(([answer]) => answer as Answer);
      const answer = await Promise.race([
        answered,
        ended.then(([code]) => ({ error: `${module.pathname} ended with ${code}` })),
      ]);
      asked.abort();
      if ('error' in answer) throw new Error(answer.error);
      return answer.result as Result;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** `BENCH_PROFILE=claviger-server npm run bench -- --only http` leaves a .cpuprofile in the working folder. */
function profiling(module: URL): string[] {
  const wanted = process.env['BENCH_PROFILE'];
  return wanted !== undefined && module.pathname.includes(wanted) ? ['--cpu-prof'] : [];
}

/** The other side: answers until whoever started this process lets go of it, and then ends. */
export function answerAsks(handlers: Handlers, end: () => unknown = () => undefined): void {
  process.on('message', async ({ name, argument }: Ask) => {
    process.send?.(await answerTo(handlers, name, argument));
  });
  process.once('disconnect', async () => {
    await end();
    process.exit();
  });
}

async function answerTo(handlers: Handlers, name: string, argument: unknown): Promise<Answer> {
  const handler = handlers[name];
  if (handler === undefined) return { error: `nothing answers to "${name}"` };
  try {
    return { result: await handler(argument as never) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Microseconds of processor time that this process took, by all its threads. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
