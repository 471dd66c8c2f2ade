/** The sign: one plane on another. */
export function Mark({ size = 22 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" fill="var(--accent)">
      <path d="M9 6h21l-7 9H2z" />
      <path d="M9 17h21l-7 9H2z" opacity=".45" />
    </svg>
  );
}
