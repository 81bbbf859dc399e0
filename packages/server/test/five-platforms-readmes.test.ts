import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { repository, runSteps } from './harness/shown-steps.ts';
import { startTestServer } from './harness/test-server.ts';

/**
 * The calls in the READMEs of `examples/`, each README in one bash. A comment `# →` shows part of what
 * the commands since the one before it answer; `…` stands for any text.
 */
interface Step {
  commands: string;
  readonly shown: string[];
}

test.each(['interact', 'interlocute', 'agiled', 'agentsgt', 'keymanager'])(
  'the README of %s shows what its calls answer',
  async (name) => {
    await using server = await startTestServer();
    const readme = readFileSync(`${repository}examples/${name}/README.md`, 'utf8');
    const steps = stepsOf(readme);
    const { port } = new URL(server.url);
    const env = { CLAVIGER_ROOT_KEY: server.rootKey };
    const outputs = await runSteps(steps, { port, env });
    expect(outputs).toEqual(
      steps.map(({ shown }) =>
        expect.stringMatching(new RegExp(shown.map(patternOf).join(''), 's')),
      ),
    );
  },
);

function stepsOf(readme: string): Step[] {
  const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const steps: Step[] = [{ commands: '', shown: [] }];
  for (const line of blocks.join('').split('\n')) {
    const last = steps.at(-1);
    const shown = /^# → (.*)$/.exec(line)?.[1];
    if (shown !== undefined) last?.shown.push(shown);
    else if (last?.shown.length === 0) last.commands += `${line}\n`;
    else steps.push({ commands: `${line}\n`, shown: [] });
  }
  return steps;
}

const patternOf = (shown: string): string =>
  `.*${shown
    .split(/ ?… ?/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*')}`;
