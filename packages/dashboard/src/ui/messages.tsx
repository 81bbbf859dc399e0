import { Toast } from 'radix-ui';
import { createContext, useCallback, useContext, useRef, useState, type ReactNode } from 'react';
import { texts } from '../texts.ts';
import { Icon } from './icon.tsx';

/** Long enough to read a sentence twice; it waits while the pointer or the focus is on it. */
const SHOWN_MS = 6_000;

/** More at once than this would hide the page: the oldest goes. */
const MAX_SHOWN = 3;

interface Message {
  readonly id: number;
  readonly text: string;
}

type Say = (text: string) => void;

const Saying = createContext<Say>(() => {});

/**
 * A function that says that something is done: "Saved", "Key revoked". Read out politely, gone by itself. Nothing
 * that has to be read, such as a fault, and never anything secret: it stays on the screen over the next page.
 */
export const useMessages = (): Say => useContext(Saying);

/** Around everything that says something. */
export function Messages({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Message[]>([]);
  const said = useRef(0);
  const say = useCallback<Say>((text) => {
    said.current += 1;
    const message = { id: said.current, text };
    // Said again, it takes the place of itself.
    setShown((before) =>
      [...before.filter((other) => other.text !== text), message].slice(-MAX_SHOWN),
    );
  }, []);
  const forget = (id: number) =>
    setShown((before) => before.filter((message) => message.id !== id));
  return (
    <Toast.Provider duration={SHOWN_MS} label={texts.messages.one} swipeDirection="down">
      <Saying value={say}>{children}</Saying>
      {shown.map(({ id, text }) => (
        <Toast.Root
          key={id}
          type="background"
          onOpenChange={(open) => !open && forget(id)}
          className="flex items-center gap-2 rounded-lg bg-text py-1.5 pl-4 pr-1.5 text-sm text-page shadow-lg data-[state=open]:animate-rise"
        >
          <Icon of="check" />
          <Toast.Description className="min-w-0 flex-1 break-words">{text}</Toast.Description>
          <Toast.Close
            aria-label={texts.messages.dismiss}
            className="grid size-8 place-items-center rounded-md opacity-70 transition-opacity hover:opacity-100 focus-visible:outline-page"
          >
            <Icon of="close" />
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport
        label={texts.messages.all}
        className="pointer-events-none fixed bottom-0 right-0 z-30 grid w-full gap-2 p-4 outline-none *:pointer-events-auto sm:w-96"
      />
    </Toast.Provider>
  );
}
