/**
 * Does it once the answer is on its way: SQLite works within the turn, and the time of an answer must not tell
 * whether somebody has an e-mail.
 */
export function afterAnswer(work: () => Promise<void>, onError: (error: unknown) => void): void {
  setImmediate(() => {
    work().catch(onError);
  });
}
