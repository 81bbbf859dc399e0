import { Outlet } from '@tanstack/react-router';
import { Progress } from './progress.tsx';
import { Unreachable } from './unreachable.tsx';

/** What every page may be under, signed in or not. */
export const Root = () => (
  <>
    <Progress />
    <Outlet />
    <Unreachable />
  </>
);
