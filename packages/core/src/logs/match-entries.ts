import { matchesAddress } from '../verification/addresses.ts';
import type { LogColumns, LogSubject } from './log-columns.ts';
import type { LogFilter } from './log-filter.ts';
import { coversSubject } from './log-scope.ts';

/** A part of what is looked for, asked of an entry by its place. */
type Test = (place: number) => boolean;

/**
 * The places that match, ascending, but for the times. What repeats is looked at once: each filter becomes a
 * set of places in a dictionary, and the entries are compared by number.
 */
export function matchingPlaces(
  columns: LogColumns,
  filter: LogFilter,
  begin: number,
  end: number,
): number[] {
  const tests = testsOf(columns, filter);
  if (tests === null) return [];
  let places = Array.from({ length: Math.max(end - begin, 0) }, (_, index) => begin + index);
  for (const test of tests) places = places.filter(test);
  return places;
}

/** Null: nothing in the dictionaries is meant, so no entry is. */
function testsOf(columns: LogColumns, filter: LogFilter): Test[] | null {
  const { subjects, codes, permissionSets } = columns;
  const { codes: wantedCodes, permission, requestId } = filter;
  const dictionaries: (Test | null)[] = [
    restrictsSubjects(filter)
      ? among(columns.subject, subjects, (subject) => isMeant(subject, filter))
      : ALL,
    wantedCodes && among(columns.code, codes, (code) => wantedCodes.includes(code)),
    permission === null
      ? ALL
      : among(columns.permissions, permissionSets, (asked) => asked.includes(permission)),
  ];
  const tests = dictionaries.filter((test) => test !== null);
  if (tests.includes(NONE)) return null;
  if (requestId !== null) tests.push((place) => columns.requestId[place] === requestId);
  tests.push(...textTests(columns, filter));
  const { text } = filter;
  if (text !== null) tests.push(freeText(columns, text));
  return tests.filter((test) => test !== ALL);
}

const ALL: Test = () => true;
const NONE: Test = () => false;

/** Whether what a column points to is meant. */
function among<Value>(
  column: ArrayLike<number>,
  dictionary: readonly Value[],
  isWanted: (value: Value) => boolean,
): Test {
  const wanted = Uint8Array.from(dictionary, (value) => Number(isWanted(value)));
  if (!wanted.includes(1)) return NONE;
  if (!wanted.includes(0)) return ALL;
  return (place) => wanted[column[place] ?? -1] === 1;
}

const restrictsSubjects = ({ scope, ...filter }: LogFilter): boolean =>
  [scope.apis, scope.organizations, scope.environments].some((list) => list !== null) ||
  [filter.keyId, filter.secretId, filter.organizationId, filter.apiId, filter.environment].some(
    (id) => id !== null,
  );

function isMeant(subject: LogSubject, filter: LogFilter): boolean {
  return (
    coversSubject(filter.scope, subject) &&
    equalOrAny(filter.keyId, subject.keyId) &&
    equalOrAny(filter.secretId, subject.secretId) &&
    equalOrAny(filter.organizationId, subject.organizationId) &&
    equalOrAny(filter.apiId, subject.apiId) &&
    equalOrAny(filter.environment, subject.environment)
  );
}

const equalOrAny = (wanted: string | null, id: string | null): boolean =>
  wanted === null || wanted === id;

function textTests(columns: LogColumns, filter: LogFilter): Test[] {
  const { origin, ip, userAgent, method, path } = filter;
  const { texts } = columns;
  const matching = (column: ArrayLike<number>, isWanted: (text: string) => boolean): Test => {
    const wanted = remembered(texts, isWanted);
    return (place) => wanted(column[place] ?? -1);
  };
  return [
    ...(origin === null ? [] : [matching(columns.origin, (text) => text === origin)]),
    ...(ip === null ? [] : [matching(columns.ip, (text) => matchesAddress(ip, text))]),
    ...(userAgent === null ? [] : [matching(columns.userAgent, (text) => userAgent.test(text))]),
    ...(method === null ? [] : [matching(columns.method, (text) => method.test(text))]),
    ...(path === null ? [] : [matching(columns.path, (text) => path.test(text))]),
  ];
}

function freeText(columns: LogColumns, pattern: RegExp): Test {
  const { texts, subjects, subject, requestId } = columns;
  const subjectHas = remembered(subjects, ({ keyId, secretId, organizationId, apiId, hint }) =>
    [keyId, secretId, organizationId, apiId, hint].some(
      (text) => text !== null && pattern.test(text),
    ),
  );
  const textHas = remembered(texts, (text) => pattern.test(text));
  const searched = [columns.path, columns.userAgent, columns.origin, columns.ip];
  return (place) => {
    if (subjectHas(subject[place] ?? -1)) return true;
    if (searched.some((column) => textHas(column[place] ?? -1))) return true;
    const id = requestId[place] ?? null;
    return id !== null && pattern.test(id);
  };
}

/** Asked once for each value, and only for those that are in use. -1, none, is not meant. */
function remembered<Value>(
  dictionary: readonly Value[],
  isWanted: (value: Value) => boolean,
): (index: number) => boolean {
  const known: (boolean | undefined)[] = Array.from({ length: dictionary.length });
  return (index) => {
    if (index < 0) return false;
    const value = dictionary[index];
    if (value === undefined) return false;
    return (known[index] ??= isWanted(value));
  };
}
