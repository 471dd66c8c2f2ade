/**
 * A construct as the interface it implements. The CDK's classes have `get x(): T | undefined` where its interfaces
 * have `x?: T`, which `exactOptionalPropertyTypes` tells apart; everything else about the interface is checked.
 */
export function exact<I extends object>(construct: { readonly [K in keyof I]: I[K] | undefined }): I;
export function exact(construct: object): object {
  return construct;
}
