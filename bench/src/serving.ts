import { closeSync, openSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { readConfig, serve, type Serving } from '@claviger/server';

export interface Started {
  readonly serving: Serving;
  /** Empty when the database had one before. */
  readonly rootKey: string;
  /** Of the link for the first person; empty when there is one. */
  readonly setUpToken: string;
  stop(): Promise<void>;
}

/** The real server as `claviger serve` starts it, on a free port. Its log is written, and thrown away. */
export async function startServing(settings: Readonly<Record<string, string>>): Promise<Started> {
  const log = openSync(devNull, 'w');
  const said: string[] = [];
  const serving = await serve(readConfig({ CLAVIGER_PORT: '0', ...settings }), {
    say: (line) => said.push(line),
    logTo: { write: (line) => void writeSync(log, line) },
  });
  return {
    serving,
    rootKey: /clv_[0-9A-Za-z]{48}/.exec(said.join('\n'))?.[0] ?? '',
    setUpToken: /\/setup#token=([A-Za-z0-9_-]{43})$/m.exec(said.join('\n'))?.[1] ?? '',
    async stop() {
      await serving.stop();
      closeSync(log);
    },
  };
}
