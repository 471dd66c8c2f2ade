import { Outlet } from '@tanstack/react-router';
import { Toaster } from './toaster.tsx';

export function Root() {
  return (
    <>
      <Outlet />
      <Toaster />
    </>
  );
}
