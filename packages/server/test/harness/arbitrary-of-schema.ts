import {
  array,
  boolean,
  constant,
  constantFrom,
  date,
  dictionary,
  double,
  integer,
  ipV4,
  ipV6,
  jsonValue,
  nat,
  oneof,
  record,
  string,
  stringMatching,
  tuple,
  type Arbitrary,
  type JsonValue,
} from 'fast-check';
import type { z } from 'zod';

/** Values for fields of these names, beside what their schema would give: what is known to exist. */
export type Known = Readonly<Record<string, readonly JsonValue[]>>;

/** Entries of one array or record at most: more only makes requests longer. */
const MAX_ENTRIES = 4;

/**
 * Values of the shape that a zod schema of the contract describes, for the constructs that it uses. Their
 * refinements are not looked at, so some of the values are refused; whoever needs to know asks the schema.
 */
export function arbitraryOf(schema: z.core.$ZodType, known: Known = {}): Arbitrary<unknown> {
  const def = defOf(schema) as z.core.$ZodTypes['_zod']['def'];
  const of = (inner: z.core.$ZodType) => arbitraryOf(inner, known);
  switch (def.type) {
    case 'object':
      return objectOf(def.shape, known);
    case 'string':
      return stringOf(schema);
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return boolean();
    case 'null':
      return constant(null);
    case 'literal':
      return constantFrom(...def.values);
    case 'enum':
      return constantFrom(...Object.values(def.entries));
    case 'array':
      return array(of(def.element), boundsOf(schema, MAX_ENTRIES));
    case 'record':
      return dictionary(of(def.keyType) as Arbitrary<string>, of(def.valueType), {
        maxKeys: MAX_ENTRIES,
      });
    case 'union':
      return oneof(...def.options.map(of));
    case 'nullable':
      return oneof(
        { weight: 1, arbitrary: constant(null) },
        { weight: 3, arbitrary: of(def.innerType) },
      );
    case 'optional':
    case 'default':
      return of(def.innerType);
    case 'pipe':
      // As it is sent; what it is made into is nobody's to send.
      return of(def.in);
    case 'lazy':
      // Only any JSON is defined by itself.
      return jsonValue({ maxDepth: 2, stringUnit: 'binary' });
    default:
      throw new Error(`the contract uses "${def.type}" now: teach arbitraryOf what that is`);
  }
}

function objectOf(shape: Readonly<Record<string, z.core.$ZodType>>, known: Known) {
  const fields = Object.entries(shape).map(([name, field]) => {
    const any = arbitraryOf(field, known);
    const values = known[name];
    if (values === undefined) return [name, any] as const;
    return [
      name,
      oneof({ weight: 4, arbitrary: constantFrom(...values) }, { weight: 1, arbitrary: any }),
    ] as const;
  });
  const requiredKeys = Object.entries(shape)
    .filter(([, field]) => !['optional', 'default'].includes(defOf(field).type))
    .map(([name]) => name);
  return record(Object.fromEntries(fields), { requiredKeys });
}

/** What zod made the schema or the check from. */
// oxlint-disable-next-line no-underscore-dangle -- zod's own name, and the only way in
const defOf = <Def>(made: { readonly _zod: { readonly def: Def } }): Def => made._zod.def;

interface Check {
  readonly check: string;
  readonly format?: string;
  readonly pattern?: RegExp;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly value?: number;
}

const checksOf = (schema: z.core.$ZodType): Check[] =>
  (defOf(schema).checks ?? []).map((check) => defOf(check) as unknown as Check);

function boundsOf(schema: z.core.$ZodType, cap: number): { minLength: number; maxLength: number } {
  const checks = checksOf(schema);
  const minLength = checks.find(({ check }) => check === 'min_length')?.minimum ?? 0;
  const longest = checks.find(({ check }) => check === 'max_length')?.maximum ?? cap;
  return { minLength, maxLength: Math.max(minLength, Math.min(cap, longest)) };
}

function stringOf(schema: z.core.$ZodType): Arbitrary<string> {
  const { format } = defOf(schema) as { format?: string };
  if (format === 'ipv4') return ipV4();
  if (format === 'ipv6') return ipV6();
  if (format === 'datetime') return timestamp;
  const pattern = checksOf(schema).find((check) => check.pattern !== undefined)?.pattern;
  if (pattern !== undefined) return stringMatching(pattern);
  const bounds = boundsOf(schema, 40);
  return oneof(
    string({ unit: constantFrom(...'abcXYZ 019_-.'), ...bounds }),
    string({ unit: 'binary', ...bounds }),
    array(nat(0xffff), bounds).map((units) => String.fromCharCode(...units)),
  );
}

const timestamp = date({
  min: new Date('1970-01-01T00:00:00.000Z'),
  max: new Date('9999-12-30T00:00:00.000Z'),
  noInvalidDate: true,
}).map((moment) => moment.toISOString());

function numberOf(schema: z.core.$ZodType): Arbitrary<number> {
  const checks = checksOf(schema);
  const { format } = defOf(schema) as { format?: string };
  const isWhole = format === 'safeint' || checks.some((check) => check.format === 'safeint');
  if (!isWhole) return double({ noNaN: true, noDefaultInfinity: true });
  return integer({
    min: checks.find(({ check }) => check === 'greater_than')?.value ?? -0x80000000,
    max: checks.find(({ check }) => check === 'less_than')?.value ?? 0x7fffffff,
  });
}

/** The value with one thing changed that nobody asked for: something replaced, taken away or added. */
export function mutated(values: Arbitrary<unknown>): Arbitrary<unknown> {
  const names = constantFrom('zebra', '', 'a/b~c', '__proto__', 'constructor', 'length', '0');
  const strange = oneof(
    jsonValue({ maxDepth: 2, stringUnit: 'binary' }),
    constantFrom<JsonValue[]>(
      null,
      -1,
      0,
      1e21,
      0.5,
      '',
      '\u0000',
      '\ud800',
      [],
      {},
      'x'.repeat(5_000),
    ),
  );
  return tuple(values, nat(), constantFrom('replace', 'remove', 'add'), names, strange).map(
    ([value, at, how, name, other]) => {
      const copy: unknown = structuredClone(value);
      const places = placesIn(copy);
      const place = places[at % places.length];
      if (place === undefined) return how === 'replace' ? other : copy;
      const { parent, key } = place;
      if (how === 'replace') parent[key] = other;
      else if (how === 'remove') delete parent[key];
      else if (Array.isArray(parent)) parent.push(other);
      else Object.defineProperty(parent, name, { value: other, enumerable: true });
      return copy;
    },
  );
}

interface Place {
  readonly parent: Record<string, unknown>;
  readonly key: string;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesIn(parent[key])]);
}
