import * as fc from 'fast-check';
import type { LogColumns, LogSubject } from '../../src/logs/log-columns.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

const subject: fc.Arbitrary<LogSubject> = fc.record({
  keyId: orNull(text),
  secretId: orNull(text),
  organizationId: orNull(text),
  apiId: text,
  environment: orNull(text),
  hint: orNull(text),
});

/** Of at most 50 entries, with everything that a column may hold. */
export const anyLogColumns: fc.Arbitrary<LogColumns> = fc
  .record({
    subjects: fc.array(subject, { minLength: 1, maxLength: 5 }),
    codes: fc.array(text, { minLength: 1, maxLength: 5 }),
    permissionSets: fc.array(fc.array(text, { maxLength: 4 }), { minLength: 1, maxLength: 5 }),
    texts: fc.array(text, { minLength: 1, maxLength: 20 }),
    from: fc.nat(4_000_000_000_000),
    count: fc.nat(50),
  })
  .chain(({ from, count, ...dictionaries }) => {
    const column = <T>(value: fc.Arbitrary<T>) =>
      fc.array(value, { minLength: count, maxLength: count });
    const into = ({ length }: readonly unknown[], first = 0) =>
      column(fc.integer({ min: first, max: length - 1 }));
    const texts = into(dictionaries.texts, -1);
    return fc.record({
      at: column(fc.nat(3_600_000)).map((since) =>
        since.toSorted((a, b) => a - b).map((ms) => from + ms),
      ),
      subject: into(dictionaries.subjects),
      code: into(dictionaries.codes),
      permissions: into(dictionaries.permissionSets),
      origin: texts,
      ip: texts,
      userAgent: texts,
      method: texts,
      path: texts,
      requestId: column(orNull(text)),
      durationUs: column(fc.nat(4_294_967_295)),
      subjects: fc.constant(dictionaries.subjects),
      codes: fc.constant(dictionaries.codes),
      permissionSets: fc.constant(dictionaries.permissionSets),
      texts: fc.constant(dictionaries.texts),
    });
  });

/** With plain lists, to be compared. */
export const plainColumns = (columns: LogColumns) =>
  Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Array.from(values)]));
