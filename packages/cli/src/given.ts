type Given<Fields> = { [Name in keyof Fields]: Exclude<Fields[Name], undefined> };

/** The fields that were given: the API takes a field or none, never `undefined`. */
export function given<Fields extends object>(fields: Fields): Partial<Given<Fields>> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Given<Fields>>;
}
