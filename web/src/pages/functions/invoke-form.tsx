import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Form, SelectField, TextArea } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import { Tile } from '../../ui/status.tsx';
import { useServiceAction } from '../project/use-service.ts';
import styles from './functions-page.module.css';

const METHODS = ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'].map((value) => ({ value, label: value }));

interface Answered {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly milliseconds: number;
}

/** Sends a request to a function, as the project's operator. */
export function InvokeForm({ slug }: { readonly slug: string }) {
  const [method, setMethod] = useState('POST');
  const [body, setBody] = useState('{"name": "world"}');
  const [answered, setAnswered] = useState<Answered>();
  const bodiless = method === 'GET';
  const invoke = useServiceAction(
    async (service, path: string) => {
      const begun = performance.now();
      const response = await service.raw(path, {
        method,
        ...(bodiless ? {} : { body, headers: { 'content-type': 'application/json' } }),
      });
      const text = await response.text();
      setAnswered({
        status: response.status,
        type: response.headers.get('content-type') ?? '',
        text,
        milliseconds: Math.round(performance.now() - begun),
      });
    },
    { inline: true },
  );
  return (
    <Form
      className={styles['wide'] ?? ''}
      onSubmit={(event) => {
        event.preventDefault();
        invoke.mutate(`/functions/v1/${slug}`);
      }}
      actions={
        <Button type="submit" icon="play" busy={invoke.isPending}>
          Invoke
        </Button>
      }
    >
      <SelectField
        label="Method"
        options={METHODS}
        value={method}
        onChange={({ target }) => setMethod(target.value)}
      />
      {!bodiless && (
        <TextArea
          label="Body"
          rows={3}
          spellCheck={false}
          className={styles['code']}
          value={body}
          onChange={({ target }) => setBody(target.value)}
        />
      )}
      {invoke.isError && <ErrorNote error={invoke.error} />}
      {answered !== undefined && (
        <output className={styles['answer']} aria-label="Answer">
          <span className={styles['status']}>
            <Tile tone={answered.status < 400 ? 'good' : 'bad'} />
            {answered.status} · {answered.milliseconds} ms · {answered.type}
          </span>
          <pre>{answered.text === '' ? '(no body)' : answered.text}</pre>
        </output>
      )}
    </Form>
  );
}
