import type { NoticeType } from '@claviger/contract';

/** Carries notices out of the house. */
export interface Courier {
  /** Why nothing can be sent to this address, worded to follow the field's name; null: it can be tried. */
  objection(url: string): string | null;
  /** Tries once. What goes wrong is reported; it never rejects. Aborting gives up. */
  send(parcel: Parcel, signal: AbortSignal): Promise<CourierReport>;
}

export interface Parcel {
  readonly url: string;
  /** The same at every attempt: by it, the receiver knows a repetition. */
  readonly noticeId: string;
  readonly webhookId: string;
  readonly type: NoticeType;
  readonly body: string;
  /** When it is sent, milliseconds since 1970. */
  readonly sentAt: number;
  /** What it is signed with, `whsec_…`: one signature for each. */
  readonly secrets: readonly string[];
}

export interface CourierReport {
  /** Null: it was taken. */
  readonly error: string | null;
  /** Of the answer; null: there was none. */
  readonly status: number | null;
  /** The beginning of what was answered. */
  readonly response: string | null;
  /** The receiver does not want anything any more. */
  readonly gone?: boolean;
  /** What the receiver asked to wait, milliseconds. */
  readonly retryAfterMs?: number;
}

/** Where nothing can be sent. */
export const noCourier: Courier = {
  objection: () => 'cannot be sent to: nothing here sends notices',
  send: async () => ({ error: 'Nothing here sends notices.', status: null, response: null }),
};
