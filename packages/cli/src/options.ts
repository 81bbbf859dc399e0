import { InvalidArgumentError, Option } from 'commander';
import { parseDuration, parseTime } from './text/times.ts';

/** `--permission a --permission b,c`: repeated, or several with commas. */
export const list = (flags: string, description: string): Option =>
  new Option(flags, `${description}; repeat it, or use commas`).argParser(
    // False: the option that empties the list stood before it.
    (text: string, before: readonly string[] | false | undefined) => [
      ...(before || []),
      ...text.split(',').filter((part) => part !== ''),
    ],
  );

/** `--metadata plan=pro`, repeated. */
export const pairs = (flags: string, description: string): Option =>
  new Option(flags, `${description}; repeat it for more`).argParser(
    (text: string, before: Readonly<Record<string, string>> | undefined) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) {
        throw new InvalidArgumentError('Write it as name=value.');
      }
      return { ...before, [name]: value };
    },
  );

/** `--resource customer:cus_1`, repeated: ids by type. */
export const resources = (flags: string, description: string): Option =>
  new Option(flags, `${description}; repeat it for more`).argParser(
    (text: string, before: Readonly<Record<string, readonly string[]>> | undefined) => {
      const [, type, id] = /^([^:]+):(.+)$/.exec(text) ?? [];
      if (type === undefined || id === undefined) {
        throw new InvalidArgumentError('Write it as <type>:<id>.');
      }
      return { ...before, [type]: [...(before?.[type] ?? []), id] };
    },
  );

const NEVER = 'never';

const TIME_FORMS = 'Write a day or a time with its zone, such as 2026-12-31 or 2026-12-31T18:00Z';

/** A time: as such, or as a duration from now; `never` where `orNever` makes it null. */
export const timeAhead = (flags: string, description: string, never = false): Option =>
  new Option(flags, description).argParser((text: string) =>
    never && text === NEVER ? NEVER : timeOf(text, 1, never ? ', or "never"' : ''),
  );

/** The parser of options cannot say null. */
export const orNever = (time: string | undefined): string | null | undefined =>
  time === NEVER ? null : time;

/** A time: as such, or as a duration ago. */
export const timeAgo = (flags: string, description: string): Option =>
  new Option(flags, description).argParser((text: string) => timeOf(text, -1, ''));

function timeOf(text: string, direction: 1 | -1, more: string): string {
  const durationMs = parseDuration(text);
  const time =
    durationMs === undefined
      ? parseTime(text)
      : new Date(Date.now() + direction * durationMs).toISOString();
  if (time !== undefined) return time;
  throw new InvalidArgumentError(`${TIME_FORMS}, or a duration such as 12h or 90d${more}.`);
}

/** `30m`, `24h`, `7d`, in seconds. */
export const duration = (flags: string, description: string): Option =>
  new Option(flags, description).argParser((text: string) => {
    const ms = text === '0' ? 0 : parseDuration(text);
    if (ms !== undefined) return ms / 1_000;
    throw new InvalidArgumentError('Write a number and its unit: 30m, 24h, 7d.');
  });

export const count = (flags: string, description: string): Option =>
  new Option(flags, description).argParser((text: string) => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new InvalidArgumentError('Write a whole number.');
  });

export const choice = (flags: string, description: string, values: readonly string[]): Option =>
  new Option(flags, description).choices(values);

export const yes = (): Option => new Option('-y, --yes', 'do it without asking');

export const secretFile = (): Option =>
  new Option(
    '--secret-file <file>',
    'write the secret there, readable by you only, instead of to standard output; the file must not exist',
  );
