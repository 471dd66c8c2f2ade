import { Field } from '../../ui/field.tsx';

/** Takes the source from a file of the reader's. */
export function SourceFile({ onRead }: { readonly onRead: (source: string) => void }) {
  return (
    <Field label="From a file" hint="Of TypeScript or JavaScript; its text replaces the source below.">
      {(wiring) => (
        <input
          {...wiring}
          type="file"
          accept=".ts,.js,.mjs,.tsx,.jsx"
          onChange={({ target }) => void target.files?.[0]?.text().then(onRead)}
        />
      )}
    </Field>
  );
}
