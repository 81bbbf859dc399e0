import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** The folder that readers run commands in. */
export const repository = fileURLToPath(new URL('../../../../', import.meta.url));
export const DEFAULT_PORT = '8787';

/** Commands of a document, and what it shows of their answer. */
export interface Step {
  readonly commands: string;
  readonly shown: { readonly language: string; readonly text: string } | null;
}

/** The fenced blocks of a text: each `sh` block is a step, a block after it shows what it answers. */
export function stepsOf(markdown: string): Step[] {
  const blocks = [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
  const steps: Step[] = [];
  for (const [, language = '', text = ''] of blocks) {
    const last = steps.at(-1);
    if (language === 'sh') steps.push({ commands: text, shown: null });
    else if (['json', 'text', 'http'].includes(language) && last?.shown === null) {
      steps[steps.length - 1] = { ...last, shown: { language, text } };
    } else throw new Error(`nobody would run or compare this block (${language}):\n${text}`);
  }
  return steps;
}

/** The last path it calls, or its last line. */
export const titleOf = ({ commands }: Step): string =>
  commands.match(/\/v1\/[^\s"]*/g)?.at(-1) ?? commands.trim().split('\n').at(-1) ?? '';

export interface RunOptions {
  /** Of the server that stands in for the one on the default port. */
  readonly port: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What the reader would type or paste. */
  readonly input?: string;
}

/** What each step wrote to standard output, all in one bash. Throws what bash said when a line failed. */
export async function runSteps(
  steps: readonly Pick<Step, 'commands'>[],
  { port, env = {}, input = '' }: RunOptions,
): Promise<string[]> {
  const script = steps
    .map(({ commands }, index) => `printf '\\n=== step %s\\n' ${index}\n${commands}`)
    .join('\n')
    .replaceAll(`localhost:${DEFAULT_PORT}`, `localhost:${port}`);
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: repository,
    env: { ...readersEnvironment(), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  const { stdout, stderr, ended } = collect(child);
  const code = await ended;
  const outputs = stdout()
    .split(/\n=== step \d+\n/)
    .slice(1)
    .map((output) => output.replaceAll(port, DEFAULT_PORT));
  if (code === 0) return outputs;
  const { commands = '' } = steps[outputs.length - 1] ?? {};
  throw new Error(`bash ended with ${code} in\n${commands}\n${outputs.at(-1)}\n${stderr()}`);
}

export function collect(child: ChildProcess) {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { stdout: () => out, stderr: () => err, ended };
}

/** That of the person who runs the tests, without settings of Claviger and of the test runner. */
export function readersEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:CLAVIGER_|NODE_|VITEST)/.test(name)),
  );
}

/** `…` stands for any text; members of JSON objects, and lines of other text, that are not shown may be there. */
export function expectShown(step: Step | undefined, output: string): void {
  const shown = step?.shown ?? null;
  if (shown === null) return;
  if (shown.language === 'json') {
    expect(JSON.parse(output)).toEqual(patternOf(JSON.parse(shown.text)));
    return;
  }
  const lines = shown.text.split('\n').filter((line) => line.trim() !== '');
  const rest = output.split(/\r?\n/);
  for (const line of lines) {
    const at = rest.findIndex((candidate) => expressionOf(line).test(candidate));
    expect(at, `"${line}" is not in\n${output}`).toBeGreaterThanOrEqual(0);
    rest.splice(0, at + 1);
  }
}

function patternOf(shown: unknown): unknown {
  if (typeof shown === 'string') {
    return shown.includes('…') ? expect.stringMatching(expressionOf(shown)) : shown;
  }
  if (Array.isArray(shown)) return shown.map(patternOf);
  if (typeof shown !== 'object' || shown === null) return shown;
  const members = Object.entries(shown).map(([name, value]) => [name, patternOf(value)] as const);
  return expect.objectContaining(Object.fromEntries(members));
}

const expressionOf = (shown: string): RegExp =>
  new RegExp(
    `^${shown
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('.*')}$`,
  );
