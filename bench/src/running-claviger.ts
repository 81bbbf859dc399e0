import { startProcess, type Process } from './processes/process.ts';

export interface RunningClaviger {
  readonly process: Process;
  readonly url: string;
  readonly rootKey: string;
}

export async function startClaviger(): Promise<RunningClaviger> {
  const process = await startProcess(new URL('./processes/claviger-server.ts', import.meta.url));
  return { process, ...(await process.ask<{ url: string; rootKey: string }>('start')) };
}

/** A management call, for setting up. */
export async function call(
  { url, rootKey }: RunningClaviger,
  method: string,
  path: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${rootKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
