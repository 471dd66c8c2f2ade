/** Waits; handed in, so that a test need not. */
export type Sleep = (milliseconds: number) => Promise<void>;

/** How often an answer is asked for before the step gives its place back to the workflow's own retries: 40 s. */
const INTERVAL_MS = 2000;
const LOOKS = 20;

/** Asks until `done` answers true; false if that took longer than a step should. */
export async function until(done: () => Promise<boolean>, sleep: Sleep): Promise<boolean> {
  for (let look = 1; look < LOOKS; look += 1) {
    if (await done()) return true;
    await sleep(INTERVAL_MS);
  }
  return done();
}
