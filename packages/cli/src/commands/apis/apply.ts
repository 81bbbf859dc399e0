import { ClavigerError, type Api, type ClavigerClient, type PutApiInput } from '@claviger/sdk';
import type { Command } from 'commander';
import { apiCommand, examples, type ApiCommandOptions } from '../../api-command.ts';
import { confirm, type ConfirmOptions } from '../../confirm.ts';
import { connect } from '../../connection.ts';
import { differences, type Difference } from '../../definitions/definition-diff.ts';
import { readDefinition, type DefinitionFile } from '../../definitions/definition-file.ts';
import { diffText } from '../../definitions/diff-text.ts';
import { EXIT } from '../../exit-codes.ts';
import { wronglyCalled } from '../../failure.ts';
import { yes } from '../../options.ts';
import { jsonText, note, write } from '../../output.ts';
import { paintFor } from '../../text/colors.ts';
import { noteEffective } from '../../text/key-text.ts';

interface ApplyOptions extends ApiCommandOptions, ConfirmOptions {
  readonly id?: string;
  readonly dryRun?: boolean;
}

/** One API as it is to be, and what that changes. */
interface Step {
  readonly file: DefinitionFile;
  readonly outcome: 'create' | 'change' | 'nothing';
  readonly differences: readonly Difference[];
  /** What the API answered; null until it was applied. */
  answer: Awaited<ReturnType<ClavigerClient['apis']['put']>> | null;
}

export function applyApisCommand(): Command {
  return apiCommand('apply')
    .description('Make APIs as files define them: shows what changes, asks, then changes it')
    .argument('<file...>', 'a definition as JSON; - reads standard input')
    .option(
      '--id <id>',
      'the API (default: "id" in the file, else the folder of an api.json, else the file’s name)',
    )
    .option('--dry-run', 'only show what would change; exit code 3 when there is something')
    .addOption(yes())
    .addHelpText(
      'after',
      examples(
        'claviger apis apply examples/interact/api.json',
        'claviger apis apply apis/*.json --dry-run',
        'claviger apis show interact --json | claviger apis apply - --url https://staging.example.com --yes',
      ),
    )
    .action(applyAction);
}

async function applyAction(files: readonly string[], options: ApplyOptions): Promise<void> {
  const definitions = await readAll(files, options);
  const client = await connect(options);
  const steps: Step[] = [];
  for (const file of definitions) steps.push(await compare(client, file));
  const changing = steps.filter(({ outcome }) => outcome !== 'nothing');
  const asks = changing.length > 0 && options.dryRun !== true && options.yes !== true;
  await show(steps, options, asks);
  try {
    if (changing.length > 0 && options.dryRun !== true) {
      const question = changing.length === 1 ? 'Apply this?' : `Apply these ${changing.length}?`;
      await confirm(options, { question });
      await applyAll(client, changing, options);
    }
  } finally {
    // Also after a failure half way: what was done is done.
    if (options.json === true) await write(jsonText({ data: steps.map(report) }));
  }
  if (options.dryRun === true && changing.length > 0) process.exitCode = EXIT.wouldChange;
}

async function readAll(files: readonly string[], { id }: ApplyOptions): Promise<DefinitionFile[]> {
  if (id !== undefined && files.length > 1) {
    throw wronglyCalled(
      '--id names one API, and there are several files. Put "id" into the files.',
    );
  }
  const definitions: DefinitionFile[] = [];
  for (const file of files) definitions.push(await readDefinition(file, id));
  const twice = definitions.find((one, index) =>
    definitions.slice(0, index).some((other) => other.id === one.id),
  );
  if (twice === undefined) return definitions;
  throw wronglyCalled(
    `The API "${twice.id}" is defined twice, the second time in ${twice.source}.`,
  );
}

async function compare(client: ClavigerClient, file: DefinitionFile): Promise<Step> {
  const before = await currentDefinition(client, file.id);
  const found = differences(before ?? {}, file.definition);
  const outcome = before === null ? 'create' : found.length === 0 ? 'nothing' : 'change';
  return { file, outcome, differences: found, answer: null };
}

async function currentDefinition(client: ClavigerClient, id: string): Promise<PutApiInput | null> {
  try {
    const {
      id: _,
      createdAt: _created,
      updatedAt: _updated,
      ...definition
    }: Api = await client.apis.get(id);
    return definition;
  } catch (error) {
    if (error instanceof ClavigerError && error.code === 'API_NOT_FOUND') return null;
    throw error;
  }
}

/** Where the question is asked when there is one; with `--json` for the person alone. */
async function show(steps: readonly Step[], { json }: ApplyOptions, asks: boolean): Promise<void> {
  if (json === true && !asks) return;
  const toStderr = asks && (json === true || !process.stdout.isTTY);
  const stream = toStderr ? process.stderr : process.stdout;
  const text = steps.map((step) => stepText(step, stream)).join('\n');
  if (toStderr) process.stderr.write(`${text}\n`);
  else await write(`${text}\n`);
}

function stepText({ file, outcome, differences }: Step, stream: NodeJS.WriteStream): string {
  const { id, source } = file;
  if (outcome === 'nothing') return `${id}: nothing to do, it is as ${source} says.`;
  const head = outcome === 'create' ? `${id} is new (${source}):` : `${id} changes (${source}):`;
  return `${head}\n${diffText(differences, paintFor(stream))}`;
}

async function applyAll(
  client: ClavigerClient,
  steps: readonly Step[],
  { json }: ApplyOptions,
): Promise<void> {
  for (const step of steps) {
    const { id } = step.file;
    step.answer = await put(client, step.file, json);
    noteEffective(step.answer.effective);
    if (json === true) continue;
    await write(step.outcome === 'create' ? `Created ${id}.\n` : `Changed ${id}.\n`);
  }
}

/** What is refused says which keys stand against it, not which of the files it was. */
async function put(
  client: ClavigerClient,
  { id, source, definition }: DefinitionFile,
  json = false,
) {
  try {
    return await client.apis.put(id, definition);
  } catch (error) {
    if (!json) note(`${id} (${source}) could not be applied.`);
    throw error;
  }
}

const report = ({ file, outcome, differences, answer }: Step) => ({
  id: file.id,
  source: file.source,
  outcome,
  applied: answer !== null,
  differences,
  answer,
});
