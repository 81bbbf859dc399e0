import type { SecretEntry } from './entries.ts';

const FIRST_SLOTS = 1_024;
/** With linear probing, look-ups take 2.5 probes on average when it is that full, and more beyond. */
const MAX_LOAD = 0.75;

/**
 * The secrets in memory by the hash of their token: an open-addressing table with linear probing. In a
 * `Map`, V8 first looks every new string up among all strings that it has ever used as a key, which
 * takes as long as the rest of the look-up and grows with the number of keys.
 *
 * The hashes are SHA-256, so their first bits are as good as random: nobody can make them collide at will.
 */
export class SecretIndex {
  #slots = emptySlots(FIRST_SLOTS);
  /** The first 32 bits of each slot's hash, so that another one is seldom looked at. */
  #marks = new Uint32Array(FIRST_SLOTS);
  #hand = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(tokenHash: string): SecretEntry | undefined {
    return this.#slots[this.#slotOf(tokenHash, markOf(tokenHash))];
  }

  /** In place of another entry with the same hash. */
  set(entry: SecretEntry): void {
    if (this.#size >= this.#slots.length * MAX_LOAD) this.#grow();
    const mark = markOf(entry.tokenHash);
    const slot = this.#slotOf(entry.tokenHash, mark);
    if (this.#slots[slot] === undefined) this.#size++;
    this.#slots[slot] = entry;
    this.#marks[slot] = mark;
  }

  delete(tokenHash: string): void {
    const slot = this.#slotOf(tokenHash, markOf(tokenHash));
    if (this.#slots[slot] === undefined) return;
    this.#size--;
    this.#close(slot);
  }

  clear(): void {
    this.#slots = emptySlots(FIRST_SLOTS);
    this.#marks = new Uint32Array(FIRST_SLOTS);
    this.#hand = 0;
    this.#size = 0;
  }

  /** The next entry in turn, each as often as any other. Undefined when there is none. */
  next(): SecretEntry | undefined {
    if (this.#size === 0) return undefined;
    for (;;) {
      this.#hand = (this.#hand + 1) & (this.#slots.length - 1);
      const entry = this.#slots[this.#hand];
      if (entry !== undefined) return entry;
    }
  }

  /** Where the hash is, or where it would be put. */
  #slotOf(tokenHash: string, mark: number): number {
    const last = this.#slots.length - 1;
    for (let slot = mark & last; ; slot = (slot + 1) & last) {
      const entry = this.#slots[slot];
      if (entry === undefined) return slot;
      if (this.#marks[slot] === mark && entry.tokenHash === tokenHash) return slot;
    }
  }

  /** Moves those that follow back to where a look-up, which ends at an empty slot, still reaches them. */
  #close(emptied: number): void {
    const last = this.#slots.length - 1;
    let empty = emptied;
    for (let slot = (empty + 1) & last; this.#slots[slot] !== undefined; slot = (slot + 1) & last) {
      const mark = this.#marks[slot] as number;
      // Its way from where it belongs leads over the empty slot.
      if (((slot - mark) & last) < ((slot - empty) & last)) continue;
      this.#slots[empty] = this.#slots[slot];
      this.#marks[empty] = mark;
      empty = slot;
    }
    this.#slots[empty] = undefined;
  }

  #grow(): void {
    const entries = this.#slots;
    this.#slots = emptySlots(entries.length * 2);
    this.#marks = new Uint32Array(this.#slots.length);
    this.#size = 0;
    for (const entry of entries) if (entry !== undefined) this.set(entry);
  }
}

const emptySlots = (length: number) => Array.from<SecretEntry | undefined>({ length });

/** The hash is 32 characters of one byte each. */
function markOf(tokenHash: string): number {
  return (
    (tokenHash.charCodeAt(0) |
      (tokenHash.charCodeAt(1) << 8) |
      (tokenHash.charCodeAt(2) << 16) |
      (tokenHash.charCodeAt(3) << 24)) >>>
    0
  );
}
