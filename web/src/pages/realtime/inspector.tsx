import { useEffect, useRef, useState } from 'react';
import { wordsOf } from '../../api/error.ts';
import { Button } from '../../ui/button.tsx';
import { Form, TextArea, TextField } from '../../ui/field.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { Tile } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { useService } from '../project/use-service.ts';
import { type Channel, type ChannelState, type Heard, joinChannel } from './channel.ts';
import styles from './realtime-page.module.css';

const KEPT = 200;

const STATES = {
  joining: { tone: 'moving', words: 'Joining' },
  joined: { tone: 'good', words: 'Joined' },
  refused: { tone: 'bad', words: 'Refused' },
  gone: { tone: 'still', words: 'Not joined' },
} as const;

/** Joins a channel, shows what is said there, and says something itself. */
export function Inspector({ topic: given }: { readonly topic: string }) {
  const service = useService();
  const [topic, setTopic] = useState(given);
  const [joined, setJoined] = useState(given);
  const [state, setState] = useState<ChannelState>('gone');
  const [why, setWhy] = useState<string>();
  const [heard, setHeard] = useState<readonly Heard[]>([]);
  const channel = useRef<Channel>(undefined);

  useEffect(() => {
    if (joined === '') return undefined;
    let count = 0;
    let left = false;
    setState('joining');
    setHeard([]);
    const joining = joinChannel(service, joined, {
      onState: (next, reason) => {
        if (left) return;
        setState(next);
        setWhy(reason);
      },
      onMessage: (message) => {
        count += 1;
        const entry = { ...message, id: count, at: new Date().toISOString() };
        setHeard((before) => [entry, ...before].slice(0, KEPT));
      },
    });
    const settled = joining.then(
      (made) => {
        channel.current = made;
        return made;
      },
      (error: unknown) => {
        if (left) return;
        setState('refused');
        setWhy(wordsOf(error).message);
      },
    );
    return () => {
      left = true;
      void settled.then((made) => made?.leave());
    };
  }, [service, joined]);

  const { tone, words } = STATES[state];
  return (
    <Section
      title="Watch a channel"
      about={
        <span className={styles['state']} role="status">
          <Tile tone={tone} />
          {words}
          {joined !== '' && ` ${joined}`}
          {why !== undefined && `: ${why}`}
        </span>
      }
    >
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          setJoined(topic);
        }}
        actions={
          <>
            <Button type="submit" disabled={topic === '' || (topic === joined && state === 'joined')}>
              Join
            </Button>
            {state === 'joined' && (
              <Button
                tone="quiet"
                onClick={() => {
                  setJoined('');
                  setState('gone');
                }}
              >
                Leave
              </Button>
            )}
          </>
        }
      >
        <TextField
          label="Channel"
          hint="As the app names it, such as room-1."
          value={topic}
          onChange={({ target }) => setTopic(target.value)}
          spellCheck={false}
        />
      </Form>
      {state === 'joined' && <Speak onSend={(event, payload) => channel.current?.send(event, payload)} />}
      {heard.length > 0 ? (
        <ol className={styles['heard']} aria-label="Messages" aria-live="polite">
          {heard.map(({ id, at, event, payload }) => (
            <li key={id}>
              <Time at={at} exact />
              <strong>{event}</strong>
              <code>{JSON.stringify(payload)}</code>
            </li>
          ))}
        </ol>
      ) : (
        state === 'joined' && <Empty title="Nothing was said yet" />
      )}
    </Section>
  );
}

function Speak({ onSend }: { readonly onSend: (event: string, payload: unknown) => void }) {
  const [event, setEvent] = useState('message');
  const [text, setText] = useState('{"text": "Hello"}');
  const [wrong, setWrong] = useState(false);
  return (
    <Form
      onSubmit={(submit) => {
        submit.preventDefault();
        try {
          onSend(event, JSON.parse(text));
          setWrong(false);
        } catch {
          setWrong(true);
        }
      }}
      actions={<Button type="submit">Broadcast</Button>}
    >
      <TextField label="Event" value={event} onChange={({ target }) => setEvent(target.value)} required />
      <TextArea
        label="Payload"
        rows={2}
        spellCheck={false}
        value={text}
        onChange={({ target }) => setText(target.value)}
        error={wrong ? 'Write JSON, such as {"text": "Hello"}.' : undefined}
      />
    </Form>
  );
}
