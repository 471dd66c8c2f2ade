/** Divides a whole number in proportion to the weights, to the last unit; what does not divide goes to the largest remainders. */
export function shareOut(whole: number, weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return weights.map(() => 0);
  const exact = weights.map((weight, at) => {
    const product = BigInt(whole) * BigInt(weight);
    return { at, share: Number(product / BigInt(total)), rest: product % BigInt(total) };
  });
  const left = whole - exact.reduce((sum, { share }) => sum + share, 0);
  const first = exact
    .toSorted((one, other) => (one.rest === other.rest ? one.at - other.at : one.rest > other.rest ? -1 : 1))
    .slice(0, left);
  const raised = new Set(first.map(({ at }) => at));
  return exact.map(({ at, share }) => share + (raised.has(at) ? 1 : 0));
}
