declare module 'asl-validator' {
  /** The package ships no types of its own. */
  export default function validate(
    document: unknown,
    options?: { readonly checkPaths?: boolean; readonly checkArn?: boolean },
  ): { readonly isValid: boolean; readonly errors: readonly unknown[] };
}
