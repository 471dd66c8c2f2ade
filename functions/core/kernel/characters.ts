/** How many characters of Unicode a text has; Postgres counts them, JavaScript those of UTF-16. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The first so many characters of Unicode. */
export function leading(text: string, count: number): string {
  let end = 0;
  let seen = 0;
  for (const character of text) {
    if (seen === count) break;
    end += character.length;
    seen += 1;
  }
  return text.slice(0, end);
}
