import { signal } from './signal.ts';

/** Supabase's EdgeRuntime: work that goes on after the response keeps the function from being stopped as idle. */
export function backgroundTasks(): { waitUntil(task: Promise<unknown>): Promise<unknown> } {
  let running = 0;
  return {
    waitUntil(task) {
      running += 1;
      if (running === 1) signal('busy');
      Promise.resolve(task)
        .catch((error: unknown) => console.error(error))
        .finally(() => {
          running -= 1;
          if (running === 0) signal('rested');
        });
      return task;
    },
  };
}
