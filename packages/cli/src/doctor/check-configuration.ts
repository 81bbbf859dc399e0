import { readConfig, type Config } from '@claviger/server';
import { fail, ok, warn, type Finding } from './finding.ts';

interface Checked {
  /** Null when it is not valid. */
  readonly config: Config | null;
  readonly findings: readonly Finding[];
}

export function checkConfiguration(env: NodeJS.ProcessEnv): Checked {
  try {
    const config = readConfig(env);
    return {
      config,
      findings: [ok('configuration', 'the settings of the server are valid'), ...unencrypted(env)],
    };
  } catch (error) {
    const faults = (error instanceof Error ? error.message : '').split('\n').slice(1);
    return {
      config: null,
      findings: faults.map((fault) =>
        fail(
          'configuration',
          fault.replace(/^\s*- /, ''),
          'Correct or unset it; "claviger serve" does not start with it.',
        ),
      ),
    };
  }
}

/** A root key in the clear, readable by every hop. */
function unencrypted({ CLAVIGER_URL = '' }: NodeJS.ProcessEnv): Finding[] {
  if (!/^http:\/\/(?!localhost[:/]|localhost$|127\.|\[::1\])/.test(CLAVIGER_URL)) return [];
  return [
    warn(
      'configuration',
      'CLAVIGER_URL is http to another machine: the root key travels unencrypted',
      'Put TLS in front of the server and use its https address.',
    ),
  ];
}
