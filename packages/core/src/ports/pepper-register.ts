/** Remembers which peppers the database was written under, by a fingerprint that gives none of them away. */
export interface PepperRegister {
  known(): Promise<KnownPepper[]>;
  /** Adds those that are not known yet. */
  add(peppers: readonly KnownPepper[]): Promise<void>;
  /** Whether any secret is still stored under this version. */
  isInUse(version: number): Promise<boolean>;
}

export interface KnownPepper {
  readonly version: number;
  /** Hex. */
  readonly fingerprint: string;
}
