import type { ChainReport } from '@claviger/core';
import type { Command } from 'commander';
import { examples, jsonCommand } from '../../api-command.ts';
import type { ReadCheckpoints } from '../../audit/checkpoint-file.ts';
import { EXIT } from '../../exit-codes.ts';
import { wronglyCalled } from '../../failure.ts';
import { list } from '../../options.ts';
import { note, print } from '../../output.ts';
import { plainLine } from '../../text/plain-text.ts';

interface VerifyOptions {
  readonly file?: string;
  readonly part?: boolean;
  readonly checkpoints?: string;
  readonly signedBy?: readonly string[];
  readonly json?: boolean;
}

/** What was found, as `--json` prints it. */
interface Verification extends ChainReport {
  readonly ok: boolean;
  /** Null for a file, which does not say. */
  readonly instance: string | null;
  readonly checkpoints: number | null;
  /** The last event that a checkpoint vouches for; null where there is none. */
  readonly vouchedUpTo: number | null;
  readonly checkpointFaults: ReadCheckpoints['faults'];
}

const PROVES = `
It reads the database of the server's settings and writes nothing; the server may run meanwhile. With
--file it reads what "claviger audit export" wrote. A chain that somebody rewrote as a whole is whole in
itself: only checkpoints that were kept elsewhere tell. docs/audit.md has the rule of the chain.`;

export function verifyAuditCommand(): Command {
  return jsonCommand('verify')
    .description('Find audit events that were changed, removed, inserted or reordered')
    .option('--file <file>', 'an export as NDJSON instead of the database; - reads standard input')
    .option('--part', 'with --file: it begins in the middle of the chain')
    .option('--checkpoints <file>', 'hold the log against these signed checkpoints')
    .addOption(list('--signed-by <file>', 'the public key of who signed the checkpoints'))
    .addHelpText('after', PROVES)
    .addHelpText(
      'after',
      examples(
        'claviger audit verify',
        'claviger audit verify --checkpoints checkpoints.ndjson --signed-by audit.pub',
        'claviger audit export | claviger audit verify --file -',
      ),
    )
    .action(async (options: VerifyOptions) => {
      const verification = await verify(options);
      await print(options.json, verification, () => verificationText(verification));
      if (!verification.ok) process.exitCode = EXIT.failed;
    });
}

async function verify(options: VerifyOptions): Promise<Verification> {
  const { file, part = false, checkpoints: checkpointFile, signedBy = [] } = options;
  if ((checkpointFile === undefined) !== (signedBy.length === 0)) {
    throw wronglyCalled('--checkpoints and --signed-by go together: give both, or none.');
  }
  if (part && file === undefined) throw wronglyCalled('--part is for --file.');
  const { readCheckpoints } = await import('../../audit/checkpoint-file.ts');
  const given =
    checkpointFile === undefined ? null : await readCheckpoints(checkpointFile, signedBy);
  const { report, instance } = await look(file, part, given);
  assertSameDatabase(given?.instances ?? [], instance, checkpointFile);
  const checkpointFaults = given?.faults ?? [];
  const ok = report.faults.length === 0 && checkpointFaults.length === 0;
  const sequences = given?.marks.map(({ sequence }) => sequence) ?? [];
  const vouchedUpTo = sequences.length === 0 ? null : sequences.reduce((a, b) => Math.max(a, b));
  const checkpoints = given?.marks.length ?? null;
  return { ok, instance, ...report, checkpoints, vouchedUpTo, checkpointFaults };
}

function assertSameDatabase(
  instances: readonly string[],
  instance: string | null,
  file: string | undefined,
): void {
  const foreign = instances.filter((each) => each !== (instance ?? instances[0]));
  if (foreign.length === 0) return;
  throw wronglyCalled(
    `${file} speaks of another database: ${foreign.join(', ')}, while this one is ${instance ?? instances[0]}. Give the checkpoints of this one alone.`,
  );
}

async function look(file: string | undefined, part: boolean, given: ReadCheckpoints | null) {
  const marks = given?.marks ?? [];
  const progress = startProgress();
  try {
    if (file === undefined) {
      const { verifyDatabase } = await import('../../audit/verify-database.ts');
      return await verifyDatabase(marks, progress.at);
    }
    const { verifyFile } = await import('../../audit/verify-file.ts');
    return { report: await verifyFile(file, marks, part, progress.at), instance: null };
  } finally {
    progress.end();
  }
}

const PROGRESS_EVERY = 10_000;

/** On a line of its own that goes away; into a log, a line now and then. */
function startProgress() {
  const watched = process.stderr.isTTY;
  let told = 0;
  return {
    at(events: number) {
      if (events - told < (watched ? PROGRESS_EVERY / 10 : 10 * PROGRESS_EVERY)) return;
      told = events;
      if (watched) process.stderr.write(`\r${events} events …`);
      else note(`${events} events …`);
    },
    end() {
      if (watched && told > 0) process.stderr.write('\r\u001b[K');
    },
  };
}

function verificationText(found: Verification): string {
  const { ok, events, end, faults, truncated, checkpoints, vouchedUpTo, checkpointFaults } = found;
  const lines = [
    ...faults.map(
      ({ kind, sequence, id, message }) =>
        `event ${sequence}${id === null ? '' : ` (${plainLine(id)})`}: ${kind}: ${message}`,
    ),
    ...(truncated ? ['… and more: only the first of them are listed'] : []),
    ...checkpointFaults.map(({ line, message }) => `checkpoint on line ${line}: it ${message}`),
  ];
  const looked = `${events} ${events === 1 ? 'event' : 'events'}`;
  const against =
    checkpoints === null
      ? ''
      : `, held against ${checkpoints} ${checkpoints === 1 ? 'checkpoint' : 'checkpoints'}`;
  if (!ok)
    return [...lines, '', `The audit log is NOT whole: ${looked} looked at${against}.`].join('\n');
  return [
    `The audit log is whole: ${looked}${against}.`,
    `It ends at event ${end.sequence} with the hash ${end.hash}.`,
    vouchedFor(vouchedUpTo, end.sequence),
  ].join('\n');
}

function vouchedFor(upTo: number | null, last: number): string {
  if (upTo === null) {
    return 'Keep that elsewhere, or checkpoints: they alone tell a chain that was rewritten as a whole.';
  }
  return upTo >= last
    ? 'The checkpoints vouch for all of it.'
    : `The checkpoints vouch for it up to event ${upTo}. What follows rests on the chain alone, which somebody could have rewritten: is the file whole?`;
}
