/**
 * Does the same with each of many things, some of them at the same time. All are tried; what went wrong with the first
 * that failed is thrown when none is at work any more.
 */
export async function atOnce<T>(
  things: Iterable<T>,
  most: number,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const queue = Iterator.from(things);
  const failures: unknown[] = [];
  const worker = async () => {
    for (const thing of queue) {
      try {
        await work(thing);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
  if (failures.length > 0) throw failures[0];
}
