import type { KnownPepper, PepperRegister } from '../../ports/pepper-register.ts';
import type { TablesView } from './memory-tables.ts';

export class MemoryPepperRegister implements PepperRegister {
  readonly #known = new Map<number, KnownPepper>();
  readonly #tables: TablesView;

  constructor(tables: TablesView) {
    this.#tables = tables;
  }

  async known(): Promise<KnownPepper[]> {
    return [...this.#known.values()];
  }

  async add(peppers: readonly KnownPepper[]): Promise<void> {
    for (const { version, fingerprint } of peppers) {
      if (!this.#known.has(version)) this.#known.set(version, { version, fingerprint });
    }
  }

  async isInUse(version: number): Promise<boolean> {
    const { secrets, webhooks } = this.#tables;
    for (const { pepperVersion } of secrets.values()) {
      if (pepperVersion === version) return true;
    }
    for (const { secret } of webhooks.values()) {
      if (secret?.pepperVersion === version) return true;
    }
    return false;
  }
}
