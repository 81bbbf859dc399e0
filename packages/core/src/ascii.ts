/** Lowers A–Z and nothing else, as lower() does in SQLite, and in PostgreSQL under the "C" collation. */
export const asciiLowerCase = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
