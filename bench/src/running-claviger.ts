import { API_ID, apiDefinition, newKey, ORGANIZATION_ID, PERMISSION } from './fixtures.ts';
import { startProcess, type Process } from './processes/process.ts';

export interface RunningClaviger {
  readonly process: Process;
  readonly url: string;
  readonly rootKey: string;
  /** Of the link for the first person. */
  readonly setUpToken: string;
}

/** `settings`: what the environment would say, such as another database than the one it makes. */
export async function startClaviger(
  settings?: Readonly<Record<string, string>>,
): Promise<RunningClaviger> {
  const process = await startProcess(new URL('./processes/claviger-server.ts', import.meta.url));
  const started = await process.ask<Omit<RunningClaviger, 'process'>>('start', settings);
  return { process, ...started };
}

/** A management call, for setting up. */
export async function call(
  { url, rootKey }: Pick<RunningClaviger, 'url' | 'rootKey'>,
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

/** Creates so many keys. Answers the bodies that ask to verify them. */
export async function createKeysOver(claviger: RunningClaviger, count: number): Promise<string[]> {
  await call(claviger, 'PUT', `/v1/apis/${API_ID}`, apiDefinition);
  await call(claviger, 'PUT', `/v1/organizations/${ORGANIZATION_ID}`, { name: 'Acme' });
  const created = await Promise.all(
    Array.from({ length: count }, (_, n) => call(claviger, 'POST', '/v1/keys', newKey(n))),
  );
  return created.map(({ secret }) => verifyBody(String(secret)));
}

export const verifyBody = (token: string): string =>
  JSON.stringify({ token, apiId: API_ID, permissions: [PERMISSION] });
