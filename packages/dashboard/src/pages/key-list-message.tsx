import { useCallback, useEffect, useState } from 'react';
import { texts } from '../texts.ts';

interface Message {
  readonly text: string;
  /** Something did not work: it stays until it is read. */
  readonly grave?: boolean;
}

export type Say = (message: Message) => void;

const SHOWN_MS = 4_000;

/** A line about what was just done, read out as it appears. */
export function useMessage() {
  const [message, say] = useState<Message | null>(null);
  const dismiss = useCallback(() => say(null), []);
  useEffect(() => {
    if (message === null || message.grave === true) return undefined;
    const timer = setTimeout(dismiss, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [message, dismiss]);
  return { message, say: say as Say, dismiss };
}

export function MessageLine({
  of: message,
  onDismiss,
}: {
  of: Message | null;
  onDismiss: () => void;
}) {
  const look = message?.grave === true ? 'border-bad bg-bad-soft' : 'border-line bg-surface';
  return (
    <div role="status" className="fixed inset-x-4 top-16 z-30 mx-auto max-w-xl">
      {message !== null && (
        <p
          className={`flex items-start gap-3 rounded-lg border px-4 py-2.5 text-sm shadow-lg ${look}`}
        >
          <span className="min-w-0 flex-1 break-words">{message.text}</span>
          <button
            type="button"
            aria-label={texts.keyList.dismiss}
            onClick={onDismiss}
            className="grid size-6 place-items-center rounded hover:bg-sunken"
          >
            <span aria-hidden>×</span>
          </button>
        </p>
      )}
    </div>
  );
}
