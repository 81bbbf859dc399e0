/** The same key as in `public/favicon.svg`. */
export const Logo = ({ className = 'size-7' }: { className?: string }) => (
  <svg viewBox="0 0 32 32" aria-hidden className={`shrink-0 ${className}`}>
    <rect width="32" height="32" rx="7" className="fill-accent" />
    <path
      d="M17 12a5 5 0 1 1-10 0 5 5 0 0 1 10 0Zm-1.5 3.5L25 25m-3.5-3.5 2.5-2.5"
      fill="none"
      strokeWidth="3"
      strokeLinecap="round"
      className="stroke-on-accent"
    />
  </svg>
);
