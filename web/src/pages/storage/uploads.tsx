import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useService } from '../project/use-service.ts';
import { sizeOf } from '../../ui/size.ts';
import { upload } from './storage.ts';
import styles from './storage.module.css';

interface Upload {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** From 0 to 1. */
  readonly share: number;
  readonly failure?: string;
}

/** Takes files, one after the other, and shows how far each is. */
export function Uploads({ bucket, folder }: { readonly bucket: string; readonly folder: string }) {
  const service = useService();
  const queries = useQueryClient();
  const id = useId();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [over, setOver] = useState(false);

  async function take(files: FileList | null) {
    if (files === null) return;
    const all = [...files].map((file) => ({ file, id: crypto.randomUUID() }));
    setUploads((before) => [
      ...all.map(({ file, id: key }) => ({ id: key, name: file.name, size: file.size, share: 0 })),
      ...before.filter(({ share, failure }) => share < 1 || failure !== undefined),
    ]);
    const note = (key: string, change: Partial<Upload>) =>
      setUploads((before) => before.map((each) => (each.id === key ? { ...each, ...change } : each)));
    for (const { file, id: key } of all) {
      const path = folder === '' ? file.name : `${folder}/${file.name}`;
      try {
        await upload(service, { bucket, path }, file, (share) => note(key, { share: Math.min(share, 0.99) }));
        note(key, { share: 1 });
      } catch (error) {
        note(key, { failure: error instanceof Error ? error.message : 'It did not get through.' });
      }
    }
    await queries.invalidateQueries();
  }

  return (
    <div
      className={styles['drop']}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer.files);
      }}
    >
      <label htmlFor={id}>Upload files</label>
      <input
        id={id}
        type="file"
        multiple
        onChange={({ target }) => {
          void take(target.files).then(() => {
            target.value = '';
          });
        }}
      />
      <span className={styles['hint']}>Or drop them here. A file of the same name is replaced.</span>
      {uploads.length > 0 && (
        <ul className={styles['uploads']} aria-label="Uploads">
          {uploads.map(({ id: key, name, size, share, failure }) => (
            <li key={key}>
              <span>{name}</span>
              <progress aria-label={`Upload of ${name}`} value={share} max={1} />
              <span className={failure === undefined ? styles['hint'] : styles['failure']}>
                {failure ?? (share === 1 ? `Done, ${sizeOf(size)}` : `${Math.floor(share * 100)} %`)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
