import { type FormEvent, useState } from 'react';
import { useAction, useAnswer } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Form, TextArea } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { useMay, useProject } from '../project/use-project.ts';

export function NetworkSection() {
  const { ref } = useProject();
  const restrictions = useAnswer('getNetworkRestrictions', { params: { ref } });
  return (
    <Section
      title="Network"
      about="From where Postgres takes connections. The REST API and the rest stay open."
    >
      <Loaded query={restrictions}>
        {({ config }) => <Blocks known={[...config.dbAllowedCidrs, ...config.dbAllowedCidrsV6]} />}
      </Loaded>
    </Section>
  );
}

function Blocks({ known }: { readonly known: readonly string[] }) {
  const { ref } = useProject();
  const mayWrite = useMay('database_network_restrictions_write');
  const [text, setText] = useState(known.join('\n'));
  const apply = useAction('applyNetworkRestrictions', { inline: true, done: 'It is in force.' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const blocks = text.split(/[\s,]+/).filter((block) => block !== '');
    apply.mutate({
      params: { ref },
      body: {
        dbAllowedCidrs: blocks.filter((block) => !block.includes(':')),
        dbAllowedCidrsV6: blocks.filter((block) => block.includes(':')),
      },
    });
  };
  return (
    <Form
      onSubmit={submit}
      actions={
        <Button type="submit" disabled={!mayWrite} busy={apply.isPending}>
          Apply
        </Button>
      }
    >
      <TextArea
        label="Blocks of addresses, one a line"
        hint="0.0.0.0/0 and ::/0 are all there are."
        value={text}
        disabled={!mayWrite}
        spellCheck={false}
        onChange={({ target }) => setText(target.value)}
      />
      {apply.isError && <ErrorNote error={apply.error} />}
    </Form>
  );
}
