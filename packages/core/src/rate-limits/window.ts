/** A limit up to this much cannot be spent in more parts than there are entries: nothing is merged. */
export const MAX_ENTRIES = 64;

/**
 * A cost that is merged leaves at most this part of the window late. Entries then begin more than W/62
 * apart and reach back less than 63 W/62, so that there are at most 63 of them.
 */
export const MERGE_PART = 1 / 62;

/** The numbers of one entry, one after the other in the ring. */
const [FIRST, LAST, SUM, WIDTH] = [0, 1, 2, 3];

/**
 * What was admitted of one limit. No half-open window of `windowMs`, wherever it begins, holds more than
 * the limit, and after an idle window the whole limit is there at once.
 *
 * It is a list of at most 64 entries: a first time, a last time, and the sum admitted from the one to the
 * other. An entry counts in full until last + W, so no cost is forgotten early. Times are whole
 * milliseconds, costs whole numbers; `nowMs` is never before that of an earlier call.
 *
 * The limit comes with every call: changing it keeps what was counted. After a change of the limit or the
 * window the list may be full for a while, and entries are merged more coarsely: they leave up to W/30 late.
 */
export class RateWindow {
  /** Who counts in it; null: nobody does any more. */
  keeper: object | null = null;
  #windowMs: number;
  /** Plain, and no longer than needed: a million short typed arrays would take several times the memory. */
  #ring = [0, 0, 0];
  /** One less than the entries that fit, of which there is a power of two: finding a slot divides by nothing. */
  #mask = 0;
  #oldest = 0;
  #entries = 0;
  #spent = 0;
  /** When the oldest entry leaves; Infinity when there is none. Most looks need no more than this. */
  #oldestLeavesAt = Infinity;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  get windowMs(): number {
    return this.#windowMs;
  }

  /** Entries already there leave by the newest value; those that have left do not come back. */
  set windowMs(windowMs: number) {
    if (windowMs === this.#windowMs) return;
    this.#windowMs = windowMs;
    this.#lookAtOldest();
  }

  get entries(): number {
    return this.#entries;
  }

  /** The cost that counts now. Forgets what has left. */
  spent(nowMs: number): number {
    while (this.#oldestLeavesAt <= nowMs) {
      this.#spent -= this.#ring[this.#slot(0) + SUM] as number;
      this.#oldest++;
      this.#entries--;
      this.#lookAtOldest();
    }
    return this.#spent;
  }

  /**
   * Milliseconds until this cost is admitted if nothing else comes: 0 is now, Infinity never, which is
   * so for a cost above the limit. A cost of 0 is a look, which no limit refuses.
   */
  waitMs(cost: number, limit: number, nowMs: number): number {
    if (cost === 0) return 0;
    if (cost > limit) return Infinity;
    const lacking = this.spent(nowMs) + cost - limit;
    return lacking <= 0 ? 0 : this.#untilLeft(lacking, nowMs);
  }

  /**
   * Milliseconds until more remains than now, 0 when nothing is spent: `t` of the RateLimit field
   * (draft-ietf-httpapi-ratelimit-headers-10, section 4.1.2).
   */
  resetMs(limit: number, nowMs: number): number {
    const spent = this.spent(nowMs);
    if (spent === 0) return 0;
    // Up to the limit, whatever leaves first makes room.
    if (spent <= limit) return this.#oldestLeavesAt - nowMs;
    return this.#untilLeft(Math.min(spent, spent + 1 - limit), nowMs);
  }

  /** Counts a cost above 0, for which `waitMs` is 0. */
  add(cost: number, limit: number, nowMs: number): void {
    const newest = this.#slot(this.#entries - 1);
    if (this.#entries > 0 && this.#joins(newest, limit, nowMs)) {
      this.#ring[newest + LAST] = nowMs;
      this.#ring[newest + SUM] = (this.#ring[newest + SUM] as number) + cost;
      this.#spent += cost;
      if (this.#entries === 1) this.#lookAtOldest();
      return;
    }
    if (this.#entries === MAX_ENTRIES) this.#mergeClosest();
    this.#append(nowMs, nowMs, cost);
  }

  /** Takes back a cost that was counted at `atMs`, unless it has left since. */
  giveBack(cost: number, atMs: number): void {
    for (let entry = this.#entries - 1; entry >= 0; entry--) {
      const slot = this.#slot(entry);
      if ((this.#ring[slot + FIRST] as number) > atMs) continue;
      if ((this.#ring[slot + LAST] as number) < atMs) return;
      const sum = this.#ring[slot + SUM] as number;
      const given = Math.min(cost, sum);
      this.#ring[slot + SUM] = sum - given;
      this.#spent -= given;
      if (given === sum) this.#remove(entry);
      return;
    }
  }

  /** First, last and sum of each entry, oldest first, the times as milliseconds before `nowMs`. */
  save(nowMs: number): number[] {
    const saved: number[] = [];
    for (let entry = 0; entry < this.#entries; entry++) {
      const slot = this.#slot(entry);
      saved.push(
        nowMs - (this.#ring[slot + FIRST] as number),
        nowMs - (this.#ring[slot + LAST] as number),
        this.#ring[slot + SUM] as number,
      );
    }
    return saved;
  }

  /** From what `save` made; null when it cannot have. */
  static restore(windowMs: number, saved: readonly number[], nowMs: number): RateWindow | null {
    if (saved.length % WIDTH !== 0 || saved.length > MAX_ENTRIES * WIDTH) return null;
    const window = new RateWindow(windowMs);
    let earlier = Infinity;
    for (let at = 0; at < saved.length; at += WIDTH) {
      const [first, last, sum] = saved.slice(at, at + WIDTH) as [number, number, number];
      if (!(first < earlier && last <= first && last >= 0 && sum > 0)) return null;
      window.#append(nowMs - first, nowMs - last, sum);
      earlier = last;
    }
    return window;
  }

  /** At the very time of its last cost, merging loses nothing; later it does, and only large limits need it. */
  #joins(newest: number, limit: number, nowMs: number): boolean {
    if (nowMs === this.#ring[newest + LAST]) return true;
    if (limit <= MAX_ENTRIES) return false;
    return nowMs - (this.#ring[newest + FIRST] as number) <= this.#windowMs * MERGE_PART;
  }

  /** Milliseconds until so much of what counts has left. */
  #untilLeft(amount: number, nowMs: number): number {
    let missing = amount;
    for (let entry = 0; missing > 0; entry++) {
      missing -= this.#ring[this.#slot(entry) + SUM] as number;
      if (missing <= 0) return this.#leavesAt(entry) - nowMs;
    }
    return 0;
  }

  #leavesAt(entry: number): number {
    return (this.#ring[this.#slot(entry) + LAST] as number) + this.#windowMs;
  }

  #lookAtOldest(): void {
    this.#oldestLeavesAt = this.#entries === 0 ? Infinity : this.#leavesAt(0);
  }

  /** Where the entry begins in the ring. */
  #slot(entry: number): number {
    return ((this.#oldest + entry) & this.#mask) * WIDTH;
  }

  #append(first: number, last: number, sum: number): void {
    if (this.#entries > this.#mask) this.#grow();
    const slot = this.#slot(this.#entries++);
    this.#ring[slot + FIRST] = first;
    this.#ring[slot + LAST] = last;
    this.#ring[slot + SUM] = sum;
    this.#spent += sum;
    if (this.#entries === 1) this.#lookAtOldest();
  }

  #grow(): void {
    const begin = this.#slot(0);
    const inOrder = [...this.#ring.slice(begin), ...this.#ring.slice(0, begin)];
    // `concat` makes it as long as this; pushing would leave room for 16 numbers more.
    this.#ring = inOrder.concat(inOrder);
    this.#mask = 2 * this.#mask + 1;
    this.#oldest = 0;
  }

  /** Only after a change of the limit or the window is the list full. */
  #mergeClosest(): void {
    let closest = 0;
    let shortest = Infinity;
    for (let entry = 0; entry + 1 < this.#entries; entry++) {
      const end = this.#ring[this.#slot(entry + 1) + LAST] as number;
      const span = end - (this.#ring[this.#slot(entry) + FIRST] as number);
      if (span < shortest) [closest, shortest] = [entry, span];
    }
    const [from, into] = [this.#slot(closest + 1), this.#slot(closest)];
    this.#ring[into + LAST] = this.#ring[from + LAST] as number;
    this.#ring[into + SUM] =
      (this.#ring[into + SUM] as number) + (this.#ring[from + SUM] as number);
    this.#remove(closest + 1);
  }

  #remove(entry: number): void {
    for (let next = entry + 1; next < this.#entries; next++) {
      const from = this.#slot(next);
      this.#ring.copyWithin(this.#slot(next - 1), from, from + WIDTH);
    }
    this.#entries--;
    this.#lookAtOldest();
  }
}
