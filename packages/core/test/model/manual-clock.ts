import type { Clock } from '../../src/ports/clock.ts';
import { NOW } from '../harness/records.ts';

/** Time that passes only when a test says so. Each of the two clocks can be moved on its own. */
export class ManualClock implements Clock {
  wallMs = NOW;
  monotonicMs = 5_000;

  now(): number {
    return this.wallMs;
  }

  monotonic(): number {
    return this.monotonicMs;
  }

  pass(ms: number): void {
    this.wallMs += ms;
    this.monotonicMs += ms;
  }
}
