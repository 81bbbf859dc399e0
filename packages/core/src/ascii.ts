/** Lowers A–Z and nothing else, as lower() does in SQLite, and in PostgreSQL under the "C" collation. */
export const asciiLowerCase = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Whether the text is part of any of the fields, ASCII case ignored. */
export function anyContains(fields: readonly (string | null)[], text: string): boolean {
  const wanted = asciiLowerCase(text);
  return fields.some((field) => field !== null && asciiLowerCase(field).includes(wanted));
}
