/** What a field for a date and time holds: the local one, to the minute. */
export function localTime(timeMs: number): string {
  const date = new Date(timeMs);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Milliseconds; `NaN` where nothing is filled in. */
export const readLocalTime = (text: string): number => new Date(text).getTime();
