import { acceptCompletion, autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL, type SQLNamespace, sql } from '@codemirror/lang-sql';
import { bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, drawSelection, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { editorTheme, highlighting } from './editor-theme.ts';
import styles from './sql-editor.module.css';

interface SqlEditorProps {
  readonly label: string;
  readonly value: string;
  /** What completion knows: schemas, tables, columns. */
  readonly schema: SQLNamespace;
  readonly onChange: (value: string) => void;
  /** What is marked, or all of it. */
  readonly onRun: (sql: string) => void;
}

const language = (schema: SQLNamespace) =>
  sql({ dialect: PostgreSQL, schema, defaultSchema: 'public', upperCaseKeywords: false });

/** In a shadow root, where an editor may bring its own style sheets: the page's policy forbids style elements. */
export function SqlEditor({ label, value, schema, onChange, onRun }: SqlEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const languageSlot = useRef(new Compartment());
  const calls = useRef({ onChange, onRun });
  useEffect(() => {
    calls.current = { onChange, onRun };
  });
  const begun = useRef({ label, value, schema });

  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const root = current.shadowRoot ?? current.attachShadow({ mode: 'open' });
    const parent = document.createElement('div');
    parent.style.height = '100%';
    root.append(parent);
    const editor = new EditorView({
      parent,
      root,
      state: EditorState.create({
        doc: begun.current.value,
        extensions: [
          keymap.of([
            { key: 'Mod-Enter', run: (target) => run(target, calls.current.onRun) },
            { key: 'Tab', run: acceptCompletion },
          ]),
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ icons: false }),
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          languageSlot.current.of(language(begun.current.schema)),
          syntaxHighlighting(highlighting),
          editorTheme,
          EditorView.contentAttributes.of({ 'aria-label': begun.current.label }),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (docChanged) calls.current.onChange(state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      parent.remove();
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: languageSlot.current.reconfigure(language(schema)) });
  }, [schema]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  return <div ref={place} className={styles['editor']} />;
}

function run({ state }: EditorView, onRun: (sql: string) => void): boolean {
  const { from, to } = state.selection.main;
  onRun(from === to ? state.doc.toString() : state.sliceDoc(from, to));
  return true;
}
