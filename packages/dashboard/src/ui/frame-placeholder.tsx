import { texts } from '../texts.ts';

const BLOCK = 'animate-pulse rounded bg-sunken';

/** The frame's lines while it is not known yet who is signed in: where it will be, nothing moves. */
export const FramePlaceholder = () => (
  <div aria-busy className="min-h-dvh">
    <p role="status" className="sr-only">
      {texts.loading}
    </p>
    <div aria-hidden className="border-b border-line bg-surface">
      <div className="mx-auto flex h-14 max-w-[90rem] items-center gap-4 px-5">
        <span className={`size-7 ${BLOCK}`} />
        <span className={`h-4 w-28 ${BLOCK}`} />
        <span className={`ml-auto h-9 w-20 ${BLOCK}`} />
      </div>
      {location.pathname.startsWith('/org/') && (
        <div className="mx-auto flex h-11.5 max-w-[90rem] items-center gap-6 px-5">
          <span className={`h-4 w-16 ${BLOCK}`} />
          <span className={`h-4 w-16 ${BLOCK}`} />
        </div>
      )}
    </div>
  </div>
);
